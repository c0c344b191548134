import { plus, type Money } from '#libs/value';

/** One month of one version in one arm, as known by `knownUntil`; a later account of the same replaces it. */
export interface LedgerEntry {
  /** Endpoint, month, arm and version. */
  readonly id: string;
  readonly workspace: string;
  readonly useCaseId: string;
  readonly endpointId: string;
  /** First day of the month, ISO 8601, UTC. */
  readonly month: string;
  /** Empty for a baseline that is no version. */
  readonly modelVersionId: string;
  readonly arm: string;
  readonly decisions: number;
  readonly decisionsWithOutcome: number;
  readonly valueMinor: bigint;
  /** Against the best threshold in hindsight. */
  readonly missedMinor: bigint;
  readonly currency: string;
  readonly knownUntil: Date;
}

/** Arms that decided; baselines only say what would have been. */
export const DECIDING_ARMS = ['champion', 'challenger'] as const;

/** What a use case has brought in and cost so far. */
export interface LedgerSum {
  /** Sum over the versions that decided; null before any value. */
  readonly realised: Money | null;
  readonly cost: Money;
  readonly months: number;
  readonly roi: number | null;
}

export function entryId(entry: Pick<LedgerEntry, 'endpointId' | 'month' | 'arm' | 'modelVersionId'>): string {
  return [entry.endpointId, entry.month, entry.arm, entry.modelVersionId].join('/');
}

/** Share of the decisions whose outcome is known; a month without decisions has nothing left to mature. */
export function labelMaturity({ decisions, decisionsWithOutcome }: LedgerEntry): number {
  return decisions === 0 ? 1 : decisionsWithOutcome / decisions;
}

/** Adds up the months: ROI = (value − cost) ÷ cost; a month that was begun costs a whole month. */
export function sumOf(entries: readonly LedgerEntry[], monthlyCost: Money): LedgerSum {
  const deciding = entries.filter(({ arm }) => (DECIDING_ARMS as readonly string[]).includes(arm));
  const months = new Set(deciding.map(({ month }) => month)).size;
  const cost: Money = { minorUnits: monthlyCost.minorUnits * BigInt(months), currency: monthlyCost.currency };
  if (deciding.length === 0) return { realised: null, cost, months, roi: null };
  const amounts = deciding.map(({ valueMinor, currency }): Money => ({ minorUnits: valueMinor, currency }));
  const realised = amounts.reduce(plus);
  const comparable = cost.minorUnits > 0n && realised.currency === cost.currency;
  const roi = comparable ? Number(realised.minorUnits - cost.minorUnits) / Number(cost.minorUnits) : null;
  return { realised, cost, months, roi };
}
