/** What the registry needs to know of a feature service: the vector that a version reads. */
export interface FeatureService {
  readonly id: string;
  readonly features: readonly { readonly name: string; readonly type: 'number' | 'text' }[];
}
