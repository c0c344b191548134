/** What the registry needs to know of a metric contract in force. */
export interface MetricContract {
  readonly id: string;
  readonly useCaseId: string;
  readonly revision: number;
}
