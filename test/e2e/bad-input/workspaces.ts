import type { Role } from '#libs/identity';
import { refusalOf } from '../refusal.js';
import { rowCall } from '../rule-endpoint.js';
import { NOON_MS, type World } from './world.js';

const OTHER = 'other';

/** Ids of the first workspace, as variables of an operation. */
function ids({ datasetId, uploadHash, decisionId, endpoint }: World): Readonly<Record<string, string>> {
  return { datasetId, uploadHash, decisionId, ...endpoint };
}

/** What is asked for, by whom, with which id, and the refusal's slug. */
const CHANGES: readonly (readonly [string, Role, string, string])[] = [
  [
    'a contract for its dataset',
    'data-engineer',
    'defineContract(input: { datasetId: $datasetId, rules: [{ name: "a", kind: not_null, columns: ["carrier"], action: flag, reason: "none" }] }) { id }',
    'data/dataset',
  ],
  [
    'its columns classified',
    'data-engineer',
    'classifyColumns(datasetId: $datasetId, classifications: [{ column: "carrier", classification: public }]) { id }',
    'data/dataset',
  ],
  [
    'a version of its model',
    'data-scientist',
    'createRuleVersion(input: { modelId: $modelId, featureService: "delays-row", expression: "delay > 0" }) { id }',
    'registry/model',
  ],
  [
    'its version promoted',
    'ml-engineer',
    'requestPromotion(modelVersionId: $modelVersionId) { __typename }',
    'registry/model-version',
  ],
  [
    'its promotion decided',
    'business-owner',
    'rejectPromotion(promotionId: $promotionId, reason: "not mine") { id }',
    'registry/promotion',
  ],
  [
    'its contract signed',
    'business-owner',
    'signMetricContract(id: $contractId, contentHash: "00") { id }',
    'governance/metric-contract',
  ],
  [
    'a role in its use case',
    'business-owner',
    'assignRole(useCaseId: $useCaseId, role: "executive", person: "me") { id }',
    'governance/use-case',
  ],
  [
    'an endpoint over its version',
    'ml-engineer',
    'createEndpoint(input: { name: "mine", useCaseId: $useCaseId, modelVersionId: $modelVersionId }) { id }',
    'registry/model-version',
  ],
  [
    'a rollout at its endpoint',
    'ml-engineer',
    'startRollout(endpointId: $endpointId, modelVersionId: $modelVersionId) { id }',
    'serving/endpoint',
  ],
  [
    'its decision overridden',
    'ml-engineer',
    'overrideDecision(decisionId: $decisionId, act: false, reason: "not mine") { id }',
    'serving/decision',
  ],
  [
    'outcomes of its endpoint',
    'data-engineer',
    'reportOutcomes(input: { endpointId: $endpointId, outcomes: [{ decisionId: $decisionId, outcome: true, knownAt: "2013-06-02T00:00:00Z" }], completeUntil: "2013-06-02T00:00:00Z" }) { accepted }',
    'monitoring/endpoint',
  ],
];

function operation(kind: 'query' | 'mutation', body: string, all: Readonly<Record<string, string>>): string {
  const used = Object.keys(all).filter((name) => new RegExp(`\\$${name}\\b`).test(body));
  const declared = used.map(
    (name) => `$${name}: ${name === 'uploadHash' || name === 'name' || name === 'model' ? 'String' : 'ID'}!`,
  );
  return `${kind} (${declared.join(', ')}) { ${body} }`;
}

export function idsOfAnotherWorkspace(world: () => World): void {
  it('shows nothing of it to who asks by name or id', async () => {
    const all = ids(world());
    const body = `dataset(name: "flights") { id } datasets { edges { cursor } } useCase(name: "delays") { id } useCases { edges { cursor } }
      model(name: $model) { id } modelVersion(id: $modelVersionId) { id } featureService(name: "delays-row") { id }
      endpoint(name: $name) { id } decision(id: $decisionId) { id } decisions(endpointId: $endpointId) { edges { cursor } } monitor(endpointId: $endpointId) { id }`;
    expect(await world().ask('administrator', operation('query', body, all), all, OTHER)).toEqual({
      dataset: null,
      datasets: { edges: [] },
      useCase: null,
      useCases: { edges: [] },
      model: null,
      modelVersion: null,
      featureService: null,
      endpoint: null,
      decision: null,
      decisions: { edges: [] },
      monitor: null,
    });
  });

  it.each(CHANGES)('refuses %s, as if it were not there', async (_what, role, body, problem) => {
    const all = ids(world());
    const asked = world().ask(role, operation('mutation', body, all), all, OTHER);
    expect(await refusalOf(asked)).toEqual({ status: 'NOT_FOUND', problem });
  });

  it('collects nothing that was uploaded there', async () => {
    const { createDataset } = await world().ask<{ readonly createDataset: { readonly id: string } }>(
      'data-engineer',
      'mutation { createDataset(input: { name: "taken", description: "Taken from another", idempotencyKey: "taken" }) { id } }',
      {},
      OTHER,
    );
    const input = { datasetId: createDataset.id, uploadHash: world().uploadHash, format: 'csv' };
    const asked = world().ask(
      'data-engineer',
      'mutation ($input: CollectInput!) { collect(input: $input) { id } }',
      { input },
      OTHER,
    );
    expect(await refusalOf(asked)).toEqual({ status: 'NOT_FOUND', problem: 'data/upload' });
  });

  it('decides nothing through its endpoint, and runs none of its models', async () => {
    const client = world().inference(await world().platform.token('ml-engineer', { workspace: OTHER }));
    const refused = { status: 'NOT_FOUND', problem: 'registry/model' };
    expect(await refusalOf(client.infer('delays', rowCall('r', 20, NOON_MS)))).toEqual(refused);
    expect(await refusalOf(client.metadata(`${world().endpoint.model}:1`))).toEqual(refused);
    client.close();
  });
}
