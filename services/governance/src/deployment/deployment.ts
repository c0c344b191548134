/** An endpoint that answers for a use case, as serving told. */
export interface Deployment {
  readonly endpointId: string;
  readonly workspace: string;
  readonly useCaseId: string;
  readonly name: string;
  readonly createdAt: Date;
}
