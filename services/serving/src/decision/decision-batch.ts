import type { Decision, DecisionLayout } from './decision.js';

/** Decisions of one request, with what is needed to store and publish them: it stands alone, whatever else is lost. */
export interface DecisionBatch {
  readonly workspace: string;
  readonly useCaseId: string;
  readonly layout: DecisionLayout;
  readonly decisions: readonly Decision[];
}

/** A batch as one record of the spool; decisions leave out what the batch says already. */
export function encodeBatch({ workspace, useCaseId, layout, decisions }: DecisionBatch): string {
  const rows = decisions.map(({ workspace: _, layoutId: __, decidedAt, ...rest }) => ({
    ...rest,
    decidedAt: decidedAt.getTime(),
  }));
  return JSON.stringify({ workspace, useCaseId, layout, decisions: rows });
}

type EncodedDecision = Omit<Decision, 'workspace' | 'layoutId' | 'decidedAt'> & { readonly decidedAt: number };

/** Reads what `encodeBatch` wrote: a spool is read by the release that wrote it or a later one. */
export function decodeBatch(text: string): DecisionBatch {
  const { workspace, useCaseId, layout, decisions } = JSON.parse(text) as Omit<DecisionBatch, 'decisions'> & {
    readonly decisions: readonly EncodedDecision[];
  };
  return {
    workspace,
    useCaseId,
    layout,
    decisions: decisions.map((decision) => ({
      ...decision,
      workspace,
      layoutId: layout.id,
      decidedAt: new Date(decision.decidedAt),
    })),
  };
}
