import type { DataContract, RuleAction } from './contract.js';

/** What one rule found. */
export interface RuleResult {
  readonly rule: string;
  readonly action: RuleAction;
  readonly brokenRows: number;
  /** At most five offending rows as JSON; confidential columns are masked. */
  readonly samples: readonly string[];
}

/** What a contract found in one version. */
export interface Validation {
  readonly contractId: string;
  readonly results: readonly RuleResult[];
  /** The versions of other datasets that reference rules looked into. */
  readonly referencedVersionIds: readonly string[];
}

/**
 * A sample as it may be shown now. It was masked when it was taken, by the classification of then; a column that has become
 * confidential since is masked here.
 */
export function maskedSample(sample: string, confidential: readonly string[]): string {
  const row = JSON.parse(sample) as Readonly<Record<string, unknown>>;
  const hide = ([name, value]: [string, unknown]) => [name, value !== null && confidential.includes(name) ? '•••' : value];
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(hide)));
}

/** The results of a contract's rules, also of those that nothing broke. */
export function resultsOf(
  { rules }: DataContract,
  brokenRows: ReadonlyMap<string, number>,
  samples: ReadonlyMap<string, readonly string[]>,
): readonly RuleResult[] {
  return rules.map(({ name, action }) => ({
    rule: name,
    action,
    brokenRows: brokenRows.get(name) ?? 0,
    samples: samples.get(name) ?? [],
  }));
}
