import type { Story } from '../story.js';

/** From one decision back to the contracts its data were checked against, in one query over six services. */
export const TRACE = `query Trace($id: ID!) {
  decision(id: $id) {
    id decidedAt rowKey arm probability threshold act
    override { act by reason }
    outcome outcomeKnownAt value { amount currency }
    endpoint { name useCase { name contract { revision inForce payoffs { truePositive { amount currency } falsePositive { amount currency } } signatures { person role } } } }
    version {
      number kind threshold model { name }
      featureService { name }
      promotions { requestedBy decidedBy reason }
      run {
        id experiment { name }
        trainingSets {
          id hash rows
          datasetVersions { number hash dataset { name contract { revision } } inputs { number dataset { name contract { revision } } } }
        }
      }
    }
  }
}`;

export async function traceDecision(story: Story, id: string): Promise<unknown> {
  return (await story.graph.ask<{ readonly decision: unknown }>('ml-engineer', TRACE, { id })).decision;
}

export async function readSkew(story: Story, endpointId: string, from: string, to: string) {
  const { skewReport } = await story.graph.ask<{
    readonly skewReport: {
      readonly decisions: number;
      readonly comparedValues: number;
      readonly different: number;
      readonly features: readonly string[];
    };
  }>(
    'ml-engineer',
    `query Skew($endpointId: ID!, $from: DateTime!, $to: DateTime!) { skewReport(endpointId: $endpointId, from: $from, to: $to) { decisions comparedValues different features } }`,
    {
      endpointId,
      from,
      to,
    },
  );
  return skewReport;
}
