import { decimalOf, parseMoney, payoffsOf, scaleMoney, toVolume, type Money, type Payoffs } from '#libs/value';
import { pages } from '../../graph-client.js';
import type { PayoffsFile } from '../../options.js';
import type { Story } from '../story.js';

/** One line of the value ledger, and what it comes to for all flights of the month. */
export interface MonthlyValue {
  readonly month: string;
  /** Number of the version; null for a baseline that is no version. */
  readonly version: number | null;
  readonly arm: string;
  readonly decisions: number;
  readonly labelMaturity: number;
  readonly value: string;
  readonly missed: string;
  readonly currency: string;
  /** The value scaled to all flights of the month; equal to it where all were served. */
  readonly scaledToTheMonth: string;
}

interface Entry {
  readonly month: string;
  readonly version: { readonly number: number } | null;
  readonly arm: string;
  readonly decisions: number;
  readonly labelMaturity: number;
  readonly value: { readonly amount: string; readonly currency: string };
  readonly missed: { readonly amount: string; readonly currency: string };
}

const QUERY = `query Ledger($name: String!, $after: String) {
  useCase(name: $name) { ledger { entries(first: 200, after: $after) {
    edges { node { month arm decisions labelMaturity version { number } value { amount currency } missed { amount currency } } }
    pageInfo { hasNextPage endCursor }
  } } }
}`;
interface Answer {
  readonly useCase: {
    readonly ledger: {
      readonly entries: {
        readonly edges: readonly { readonly node: Entry }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      };
    };
  };
}

export function payoffsFrom({ currency, ...amounts }: PayoffsFile): Payoffs {
  const amount = (name: keyof typeof amounts): Money => parseMoney(amounts[name], currency);
  return payoffsOf({
    truePositive: amount('truePositive'),
    falsePositive: amount('falsePositive'),
    trueNegative: amount('trueNegative'),
    falseNegative: amount('falseNegative'),
  });
}

function scaled({ value, decisions }: Entry, payoffs: Payoffs, share: number): string {
  if (share === 1 || decisions === 0) return value.amount;
  const all = Math.round(decisions / share);
  return decimalOf(scaleMoney(payoffs, parseMoney(value.amount, value.currency), toVolume(all, decisions)));
}

/** The ledger of the use case, by month, as governance keeps it. */
export async function readLedger(story: Story, useCase: string): Promise<readonly MonthlyValue[]> {
  const payoffs = payoffsFrom(story.options.payoffs);
  const lines: MonthlyValue[] = [];
  const read = async (after: string | null) =>
    (await story.graph.ask<Answer>('business-owner', QUERY, { name: useCase, after })).useCase.ledger.entries;
  for await (const entries of pages<Entry>(read)) {
    for (const entry of entries) {
      const { month, version, arm, decisions, labelMaturity, value, missed } = entry;
      const scaledToTheMonth = scaled(entry, payoffs, story.options.share);
      lines.push({
        month,
        version: version?.number ?? null,
        arm,
        decisions,
        labelMaturity,
        value: value.amount,
        missed: missed.amount,
        currency: value.currency,
        scaledToTheMonth,
      });
    }
  }
  return lines;
}
