/** A line of versions that answer one use case. */
export interface Model {
  readonly id: string;
  readonly workspace: string;
  readonly name: string;
  readonly description: string;
  readonly useCaseId: string;
  readonly createdAt: Date;
}
