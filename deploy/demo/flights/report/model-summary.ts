import type { Story } from '../story.js';

interface Money {
  readonly amount: string;
  readonly currency: string;
}
interface Estimate {
  readonly value: Money;
  readonly low: Money;
  readonly high: Money;
  readonly confidence: number;
}

/** A trained version on rows it had not seen, and its gates. */
export interface ModelSummary {
  readonly id: string;
  readonly number: number;
  readonly threshold: number;
  readonly evaluation: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly auc: number;
    readonly logLoss: number;
    readonly expectedCalibrationError: number;
    readonly valuePerMonth: Estimate;
    readonly baselines: readonly { readonly baseline: string; readonly valuePerMonth: Estimate; readonly difference: Estimate }[];
  };
  readonly gates: readonly {
    readonly kind: string;
    readonly passed: boolean;
    readonly measured: number;
    readonly limit: number;
    readonly detail: string;
  }[];
  readonly leaks: number;
  readonly trainingRows: number;
}

const ESTIMATE = `{ value { amount currency } low { amount currency } high { amount currency } confidence }`;
const QUERY = `query Version($id: ID!) {
  modelVersion(id: $id) {
    id number threshold
    evaluation { from to rows auc logLoss expectedCalibrationError valuePerMonth ${ESTIMATE} baselines { baseline valuePerMonth ${ESTIMATE} difference ${ESTIMATE} } }
    gates { kind passed measured limit detail }
    run { trainingSets { rows leakReport { leaks } } }
  }
}`;

interface Answer {
  readonly modelVersion: Omit<ModelSummary, 'leaks' | 'trainingRows'> & {
    readonly run: {
      readonly trainingSets: readonly { readonly rows: number; readonly leakReport: { readonly leaks: number } }[];
    };
  };
}

export async function summarizeModel(story: Story, id: string): Promise<ModelSummary> {
  const { run, ...version } = (await story.graph.ask<Answer>('data-scientist', QUERY, { id })).modelVersion;
  const sum = (of: (set: Answer['modelVersion']['run']['trainingSets'][number]) => number): number =>
    run.trainingSets.reduce((total, set) => total + of(set), 0);
  return { ...version, leaks: sum(({ leakReport }) => leakReport.leaks), trainingRows: sum(({ rows }) => rows) };
}
