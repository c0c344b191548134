import { Progress } from '../../progress.js';
import { ENDPOINT, FEATURE_SERVICE, MODEL, RULE, type Story } from '../story.js';
import { approveVersion } from './approval.js';

export interface RuleChapter {
  readonly modelId: string;
  readonly ruleVersionId: string;
  readonly endpointId: string;
}

/** Today's rule becomes the first version behind the endpoint: the use case is in operation, with a ledger, before any model exists. */
export async function putRuleIntoOperation(story: Story, useCaseId: string): Promise<RuleChapter> {
  const progress = new Progress("1 today's rule");
  const { createModel } = await story.graph.ask<{ readonly createModel: { readonly id: string } }>(
    'data-scientist',
    `mutation Model($input: CreateModelInput!) { createModel(input: $input) { id } }`,
    {
      input: {
        name: MODEL,
        description: 'Whether a flight arrives more than 15 minutes late',
        useCaseId,
        idempotencyKey: 'demo',
      },
    },
  );
  const { createRuleVersion } = await story.graph.ask<{ readonly createRuleVersion: { readonly id: string } }>(
    'data-scientist',
    `mutation Rule($input: CreateRuleVersionInput!) { createRuleVersion(input: $input) { id } }`,
    { input: { modelId: createModel.id, expression: RULE, featureService: FEATURE_SERVICE } },
  );
  progress.to(0.5, 'approval');
  const outcome = await approveVersion(story, createRuleVersion.id, 'It is what we do today');
  if (outcome.failed.length > 0)
    throw new Error(`the rule does not pass its gates: ${outcome.failed.map(({ kind }) => kind).join(', ')}`);
  const { createEndpoint } = await story.graph.ask<{ readonly createEndpoint: { readonly id: string } }>(
    'ml-engineer',
    `mutation Endpoint($input: CreateEndpointInput!) { createEndpoint(input: $input) { id } }`,
    { input: { name: ENDPOINT, useCaseId, modelVersionId: createRuleVersion.id, idempotencyKey: 'demo' } },
  );
  progress.done(`"${RULE}" is version 1 behind the endpoint ${ENDPOINT}`);
  return { modelId: createModel.id, ruleVersionId: createRuleVersion.id, endpointId: createEndpoint.id };
}
