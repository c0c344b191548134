/** What both sides of a split must keep. */
export interface SplitRules {
  readonly minRows: number;
  readonly minHessian: number;
  readonly lambda: number;
}
