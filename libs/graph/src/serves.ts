/** A resolver must have a method for each graph field its parent record does not carry: a field nobody serves does not compile. */
export type Serves<Graph, Parent> = {
  [Field in Exclude<keyof Graph, keyof Parent | '__typename'>]: (...args: never[]) => unknown;
};

/** A Relay connection of records; `cursor` is opaque to clients. */
export interface Connection<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}
