import { RegistryServiceService } from '#contracts/registry/v1/registry';
import { grpcPeer } from '#libs/grpc';
import type { Role } from '#libs/identity';
import { refusalOf, refusalOfHttp } from '../refusal.js';
import { rowCall } from '../rule-endpoint.js';
import { NOON_MS, type World } from './world.js';

const FORBIDDEN = { status: 'FORBIDDEN', problem: 'identity/not-permitted' };
const SUBSCRIPTION = `subscription { dataJobChanged(id: "job_any") { state } }`;

export function rolesThatMayNot(world: () => World): void {
  it.each<readonly [Role, string, string]>([
    ['executive', 'query data', `{ queryData(sql: "select 1", datasets: []) { rows } }`],
    ['executive', 'see who read a dataset', `{ dataset(name: "flights") { reads { edges { node { reader } } } } }`],
    ['data-analyst', 'read the audit records', `{ auditRecords { edges { node { action } } } }`],
    ['business-owner', 'create a dataset', `mutation { createDataset(input: { name: "mine", description: "Mine" }) { id } }`],
    ['data-analyst', 'assign a role', `mutation { assignRole(useCaseId: "uc_any", role: "executive", person: "me") { id } }`],
    [
      'data-engineer',
      'create an endpoint',
      `mutation { createEndpoint(input: { name: "mine", useCaseId: "a", modelVersionId: "b" }) { id } }`,
    ],
    [
      'executive',
      'override a decision',
      `mutation { overrideDecision(decisionId: "dec_any", act: true, reason: "I know better") { id } }`,
    ],
    [
      'data-scientist',
      'report outcomes',
      `mutation { reportOutcomes(input: { endpointId: "a", outcomes: [], completeUntil: "2014-01-01T00:00:00Z" }) { accepted } }`,
    ],
    [
      'ml-engineer',
      'plan the transformation',
      `mutation { addPlanItem(input: { question: "M1", toLevel: 2, ownerRole: "a", owner: "b", startOn: "2014-01-01", dueOn: "2014-02-01" }) { id } }`,
    ],
  ])('the role %s may not %s', async (role, _what, operation) => {
    expect(await refusalOf(world().ask(role, operation))).toEqual(FORBIDDEN);
  });

  it('approves no promotion for who requested it, nor for who is no Business Owner', async () => {
    const approve = `mutation ($id: ID!) { approvePromotion(promotionId: $id, reason: "I like it") { id } }`;
    const id = world().openPromotionId;
    expect(await refusalOf(world().ask('ml-engineer', approve, { id }))).toEqual({
      status: 'FORBIDDEN',
      problem: 'registry/four-eyes',
    });
    expect(await refusalOf(world().ask('administrator', approve, { id }))).toEqual({
      status: 'FORBIDDEN',
      problem: 'registry/approver-role',
    });
    expect(await refusalOf(world().ask('executive', approve, { id }))).toEqual(FORBIDDEN);
  });

  it('lets nobody subscribe to what they may not see, over WebSocket or server-sent events', async () => {
    const graph = await world().platform.graph('executive');
    expect(await refusalOf(graph.subscribe(SUBSCRIPTION).next())).toEqual(FORBIDDEN);
    expect(await refusalOf(graph.subscribeBySse(SUBSCRIPTION).next())).toEqual(FORBIDDEN);
  });

  it('decides nothing for who may not ask for decisions', async () => {
    for (const role of ['data-engineer', 'executive'] as const) {
      const client = await world().platform.inference(role);
      const refused = { status: 'PERMISSION_DENIED', problem: 'identity/not-permitted' };
      expect(await refusalOf(client.infer('delays', rowCall('r', 20, NOON_MS)))).toEqual(refused);
    }
  });

  it('takes no upload from who is no Data Engineer', async () => {
    const refused = { status: 403, problem: 'identity/not-permitted' };
    for (const role of ['data-analyst', 'administrator'] as const)
      expect(await refusalOfHttp(await world().upload('a\n1\n', role))).toEqual(refused);
  });

  it('lets no person pass for a service at the door between services', async () => {
    const { platform } = world();
    const address = `127.0.0.1:${platform.launched.grpcPort + 4}`;
    const authorization = async () => `Bearer ${await platform.token('administrator')}`;
    const registry = grpcPeer(RegistryServiceService, { address, name: 'registry', authorization });
    const call = registry.getModelVersion(
      { modelVersionId: world().endpoint.modelVersionId },
      { workspace: 'main', deadlineMs: 5_000 },
    );
    expect(await refusalOf(call)).toEqual({ status: 'forbidden', problem: 'identity/not-permitted' });
    registry.close();
  });
}
