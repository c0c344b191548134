import { refusalOf } from '../refusal.js';
import { rowCall } from '../rule-endpoint.js';
import { NOON_MS, type World } from './world.js';

export function namesThatNobodyHas(world: () => World): void {
  it.each([
    ['an endpoint or model', 'nobody', 'NOT_FOUND', 'registry/model'],
    ['a version', 'delays-model:99', 'NOT_FOUND', 'registry/model-version'],
    ['an alias', 'delays-model@staging', 'FAILED_PRECONDITION', 'registry/alias-not-set'],
    ['what cannot be a name', '../../etc/passwd', 'INVALID_ARGUMENT', 'registry/model-reference'],
    ['nothing at all', '', 'INVALID_ARGUMENT', 'serving/model-name'],
  ])('answers no inference for %s that is not there', async (_what, name, status, problem) => {
    const client = await world().platform.inference('ml-engineer');
    expect(await refusalOf(client.infer(name, rowCall('r', 20, NOON_MS)))).toEqual({ status, problem });
    if (name !== '') expect(await refusalOf(client.metadata(name))).toEqual({ status, problem });
  });

  it('opens no endpoint with a version that nobody approved', async () => {
    const create = `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { id } }`;
    const input = { name: 'second', useCaseId: world().endpoint.useCaseId, modelVersionId: world().candidateId };
    const refused = { status: 'CONFLICT', problem: 'serving/not-approved' };
    expect(await refusalOf(world().ask('ml-engineer', create, { input }))).toEqual(refused);
  });

  it.each([
    ['an unknown version', { modelVersionId: 'mv_none' }, 'NOT_FOUND', 'registry/model-version'],
    ['another use case', { useCaseId: 'uc_none' }, 'CONFLICT', 'serving/other-use-case'],
    ['a name that is taken', { name: 'delays' }, 'CONFLICT', 'serving/endpoint-name-taken'],
    ['a name that cannot be one', { name: 'No Name' }, 'INVALID', 'serving/endpoint-name'],
  ])('opens no endpoint with %s', async (_what, wrong, status, problem) => {
    const { useCaseId, modelVersionId } = world().endpoint;
    const create = `mutation ($input: CreateEndpointInput!) { createEndpoint(input: $input) { id } }`;
    const input = { name: 'second', useCaseId, modelVersionId, ...wrong };
    expect(await refusalOf(world().ask('ml-engineer', create, { input }))).toEqual({ status, problem });
  });

  it.each([
    [
      'a rollout at an endpoint',
      'ml-engineer',
      `startRollout(endpointId: "ep_none", modelVersionId: "mv_none") { id }`,
      'serving/endpoint',
    ],
    [
      'an override of a decision',
      'ml-engineer',
      `overrideDecision(decisionId: "dec_none", act: true, reason: "I know better") { id }`,
      'serving/decision',
    ],
    [
      'a promotion of a version',
      'ml-engineer',
      `requestPromotion(modelVersionId: "mv_none") { __typename }`,
      'registry/model-version',
    ],
    [
      'an approval of a promotion',
      'business-owner',
      `approvePromotion(promotionId: "pro_none", reason: "it is good") { id }`,
      'registry/promotion',
    ],
    [
      'a signature under a contract',
      'business-owner',
      `signMetricContract(id: "mc_none", contentHash: "${'0'.repeat(64)}") { id }`,
      'governance/metric-contract',
    ],
    ['a pipeline run', 'data-scientist', `cancelPipelineRun(id: "prun_none") { id }`, 'training/pipeline-run'],
    ['a materialization of a view', 'data-engineer', `materialize(featureViewId: "fv_none") { id }`, 'features/view'],
    ['a run of a transform', 'data-engineer', `runTransform(id: "tf_none") { id }`, 'data/transform'],
    [
      'outcomes of an endpoint',
      'data-engineer',
      `reportOutcomes(input: { endpointId: "ep_none", outcomes: [], completeUntil: "2013-07-01T00:00:00Z" }) { accepted }`,
      'monitoring/endpoint',
    ],
    ['the end of an alert', 'ml-engineer', `resolveAlert(id: "alert_none", reason: "it was nothing") { id }`, 'monitoring/alert'],
  ] as const)('refuses %s that is not there', async (_what, role, mutation, problem) => {
    expect(await refusalOf(world().ask(role, `mutation { ${mutation} }`))).toEqual({ status: 'NOT_FOUND', problem });
  });
}
