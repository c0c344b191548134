import { GraphRefusal } from '../../graph-client.js';
import type { Story } from '../story.js';

export interface GateFailure {
  readonly kind: string;
  readonly measured: number;
  readonly limit: number;
  readonly detail: string;
}

/** How a request for promotion went. */
export interface ApprovalOutcome {
  /** Empty where every gate passed. */
  readonly failed: readonly GateFailure[];
  /** What the platform answered to the requester who tried to approve. */
  readonly selfApproval: string | undefined;
  readonly approvedBy: string | undefined;
}

interface Requested {
  readonly requestPromotion: { readonly __typename: string; readonly id?: string; readonly failed?: readonly GateFailure[] };
}

const APPROVE = `mutation Approve($promotionId: ID!, $reason: String!) { approvePromotion(promotionId: $promotionId, reason: $reason) { decidedBy } }`;

async function tryAlone(story: Story, promotionId: string): Promise<string | undefined> {
  try {
    await story.graph.ask('ml-engineer', APPROVE, { promotionId, reason: 'I trust my own work' });
    return undefined;
  } catch (error) {
    if (error instanceof GraphRefusal && error.code === 'FORBIDDEN') return `${error.problem}: ${error.message}`;
    throw error;
  }
}

/** The ML Engineer asks for promotion and cannot approve it alone; the Business Owner does. */
export async function approveVersion(story: Story, modelVersionId: string, reason: string): Promise<ApprovalOutcome> {
  const { requestPromotion } = await story.graph.ask<Requested>(
    'ml-engineer',
    `mutation Request($id: ID!) {
       requestPromotion(modelVersionId: $id) { __typename ... on Promotion { id } ... on GatesFailed { failed { kind measured limit detail } } }
     }`,
    { id: modelVersionId },
  );
  if (requestPromotion.__typename === 'GatesFailed')
    return { failed: requestPromotion.failed!, selfApproval: undefined, approvedBy: undefined };
  const promotionId = requestPromotion.id!;
  const selfApproval = await tryAlone(story, promotionId);
  if (selfApproval === undefined) throw new Error('the requester could approve alone: four eyes do not hold');
  const { approvePromotion } = await story.graph.ask<{ readonly approvePromotion: { readonly decidedBy: string } }>(
    'business-owner',
    APPROVE,
    { promotionId, reason },
  );
  return { failed: [], selfApproval, approvedBy: approvePromotion.decidedBy };
}
