import type { DataSummary } from './data-summary.js';
import type { MonthlyValue } from './monthly-value.js';
import type { ModelSummary } from './model-summary.js';
import type { AlertPayload } from '../../alert-listener.js';
import type { Retraining } from '../chapters/9-upgrade.js';
import type { ApprovalOutcome } from '../chapters/approval.js';
import type { Traffic } from './traffic.js';
import type { MaturitySummary } from './maturity-summary.js';

/** Served against offline vectors. */
export interface Skew {
  readonly decisions: number;
  readonly comparedValues: number;
  readonly different: number;
  readonly features: readonly string[];
}

/** Everything that the story says in the end; each number was read from the platform. */
export interface Report {
  readonly data: readonly DataSummary[];
  readonly models: readonly ModelSummary[];
  readonly approval: ApprovalOutcome;
  readonly sampleShare: number;
  readonly value: readonly MonthlyValue[];
  readonly alerts: readonly AlertPayload[];
  readonly retraining: Retraining | null;
  readonly traffic: Traffic | null;
  readonly skew: Skew | null;
  /** One decision and everything it rests on, by one query. */
  readonly trace: unknown;
  readonly maturity: MaturitySummary;
  readonly seconds: number;
}
