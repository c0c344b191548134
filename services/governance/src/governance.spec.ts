import pg from 'pg';
import { createDataSource, tablesWithoutWorkspace, unprotectedTables } from '#libs/database';
import { GovernanceFixture } from './fixture/governance.fixture.js';
import { endpoints, realisedValue } from '#libs/topics';

const OPEN = `mutation Open($input: CreateUseCaseInput!) { createUseCase(input: $input) { id owner riskClass monthlyCost { amount currency } roles { role person } contract { id } ledger { realised { amount } roi } } }`;
const PROPOSE = `mutation Propose($useCaseId: ID!, $payoffs: PayoffsInput!) { proposeMetricContract(useCaseId: $useCaseId, payoffs: $payoffs) { id revision contentHash inForce payoffs { falsePositive { amount } } } }`;
const SIGN = `mutation Sign($id: ID!, $hash: String!) { signMetricContract(id: $id, contentHash: $hash) { inForce signatures { person role } } }`;
const eur = (amount: string) => ({ amount, currency: 'EUR' });
const payoffs = { truePositive: eur('60'), falsePositive: eur('-25'), trueNegative: eur('0'), falseNegative: eur('0') };
const input = {
  name: 'protect-connections',
  decision: 'protect the connections or leave things as they are',
  positiveClass: 'more than 15 minutes late',
  riskClass: 'limited',
  monthlyVolume: 28_000,
  monthlyCost: eur('6500.00'),
  kpi: 'euros a month',
  roles: ['business-owner', 'executive', 'data-engineer', 'data-analyst', 'data-scientist', 'ml-engineer'].map((role) => ({
    role,
    person: `person:${role}`,
  })),
};

interface Contract {
  readonly id: string;
  readonly revision: number;
  readonly contentHash: string;
}
interface Opened {
  readonly createUseCase: { readonly id: string };
}
interface Proposed {
  readonly proposeMetricContract: Contract;
}
interface Ledger {
  readonly useCase: { readonly ledger: { readonly entries: { readonly edges: readonly { readonly node: unknown }[] } } };
}
interface Audit {
  readonly auditRecords: { readonly edges: readonly { readonly node: { readonly action: string } }[] };
  readonly verifyAudit: { readonly records: number; readonly whole: boolean; readonly brokenAt: number | null };
}
interface Maturity {
  readonly maturity: {
    readonly silentServices: readonly string[];
    readonly readyForMlops: boolean;
    readonly answers: readonly { readonly question: string; readonly explanation: string }[];
  };
}

async function until(fact: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error('the awaited fact did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('governance', () => {
  let platform: GovernanceFixture;
  let useCaseId: string;
  let contract: Contract;

  beforeAll(async () => {
    platform = await GovernanceFixture.start();
  });
  afterAll(() => platform.stop());

  const problem = async (role: Parameters<GovernanceFixture['ask']>[0], query: string, variables: object = {}) =>
    (await platform.ask<unknown>(role, query, variables)).errors?.[0]?.extensions;

  it('opens a use case once per idempotency key, and refuses its name to another', async () => {
    const keyed = { input: { ...input, idempotencyKey: 'k1' } };
    const opened = await platform.ask<Opened>('business-owner', OPEN, keyed);
    useCaseId = opened.data.createUseCase.id;
    expect(opened.data.createUseCase).toMatchObject({
      owner: 'person:business-owner',
      monthlyCost: { amount: '6500.00', currency: 'EUR' },
      contract: null,
      ledger: { realised: null, roi: null },
    });
    expect((await platform.ask<Opened>('business-owner', OPEN, keyed)).data.createUseCase.id).toBe(useCaseId);
    expect(await problem('business-owner', OPEN, { input })).toMatchObject({
      code: 'CONFLICT',
      problem: 'governance/use-case-name',
    });
    expect(await problem('data-analyst', OPEN, { input })).toMatchObject({ code: 'FORBIDDEN' });
    expect(
      await platform.ask('business-owner', '{ useCase(name: "protect-connections") { id } }', {}, 'elsewhere'),
    ).toMatchObject({ data: { useCase: null } });
  });

  it('puts a metric contract in force when both sides have signed what they saw', async () => {
    const registry = platform.peer('registry');
    const ask = () =>
      registry.getMetricContract({ which: { $case: 'useCaseId', value: useCaseId } }, { workspace: 'main', deadlineMs: 3_000 });
    await expect(ask()).rejects.toMatchObject({ kind: 'conflict', slug: 'governance/not-signed' });
    contract = (await platform.ask<Proposed>('business-owner', PROPOSE, { useCaseId, payoffs })).data.proposeMetricContract;
    expect(contract).toMatchObject({ revision: 1, inForce: false, payoffs: { falsePositive: { amount: '-25.00' } } });
    const signing = { id: contract.id, hash: contract.contentHash };
    expect(await problem('business-owner', SIGN, { ...signing, hash: 'f'.repeat(64) })).toMatchObject({
      problem: 'governance/other-content',
    });
    await platform.ask('business-owner', SIGN, signing);
    expect(await problem('business-owner', SIGN, signing)).toMatchObject({ code: 'FORBIDDEN', problem: 'governance/four-eyes' });
    await expect(ask()).rejects.toMatchObject({ slug: 'governance/not-signed' });
    const signed = (await platform.ask<{ readonly signMetricContract: object }>('data-scientist', SIGN, signing)).data
      .signMetricContract;
    expect(signed).toEqual({
      inForce: true,
      signatures: [
        { person: 'person:business-owner', role: 'business-owner' },
        { person: 'person:data-scientist', role: 'data-scientist' },
      ],
    });
    expect((await ask()).contract).toMatchObject({
      id: contract.id,
      useCaseId,
      revision: 1,
      monthlyVolume: 28_000n,
      payoffs: { truePositive: { minorUnits: 6000n, currency: 'EUR' } },
    });
    await expect(
      registry.getMetricContract({ which: { $case: 'useCaseId', value: 'uc_none' } }, { workspace: 'main', deadlineMs: 3_000 }),
    ).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('keeps the signed revision in force until the next one has both signatures', async () => {
    const doubled = { ...payoffs, truePositive: eur('120'), falsePositive: eur('-50') };
    const next = (await platform.ask<Proposed>('business-owner', PROPOSE, { useCaseId, payoffs: doubled })).data
      .proposeMetricContract;
    expect(next.revision).toBe(2);
    const inForce = async (): Promise<string> =>
      (
        await platform.ask<{ readonly useCase: { readonly contract: Contract } }>(
          'executive',
          `{ useCase(name: "protect-connections") { contract { id } } }`,
        )
      ).data.useCase.contract.id;
    await platform.ask('business-owner', SIGN, { id: next.id, hash: next.contentHash });
    expect(await inForce()).toBe(contract.id);
    expect(await problem('ml-engineer', SIGN, { id: contract.id, hash: contract.contentHash })).toMatchObject({
      problem: 'governance/superseded',
    });
    await platform.ask('ml-engineer', SIGN, { id: next.id, hash: next.contentHash });
    expect(await inForce()).toBe(next.id);
  });

  it('keeps a ledger of what monitoring tells: the latest account of a month counts', async () => {
    const account = (over: object) =>
      realisedValue.record('monitoring.v1.ValueRealised', {
        key: 'ep_1',
        workspace: 'main',
        time: new Date('2013-07-01T00:00:00Z'),
        value: {
          endpointId: 'ep_1',
          useCaseId,
          modelVersionId: 'mv_1',
          arm: 'champion',
          month: '2013-06-01',
          decisions: 100n,
          decisionsWithOutcome: 90n,
          value: { minorUnits: 500_000n, currency: 'EUR' },
          missed: { minorUnits: 1_000n, currency: 'EUR' },
          knownUntil: new Date('2013-06-30T00:00:00Z'),
          ...over,
        },
      });
    const later = {
      value: { minorUnits: 1_300_000n, currency: 'EUR' },
      knownUntil: new Date('2013-07-02T00:00:00Z'),
      decisionsWithOutcome: 98n,
    };
    await platform.log.publish([
      account({}),
      account(later),
      account({}), // an older account that comes late
      account({ arm: 'baseline:never', modelVersionId: '', value: { minorUnits: 0n, currency: 'EUR' } }),
      account({ arm: 'broken', value: undefined }),
    ]);
    const query = `{ useCase(name: "protect-connections") { ledger { realised { amount } cost { amount } roi entries { edges { node { month arm version { id } decisions labelMaturity value { amount } missed { amount } } } } } } }`;
    await until(async () => (await platform.log.deadLetters({ group: 'governance.ledger' })).length === 1);
    const { ledger } = (await platform.ask<Ledger>('business-owner', query)).data.useCase;
    expect(ledger).toMatchObject({ realised: { amount: '13000.00' }, cost: { amount: '6500.00' }, roi: 1 });
    expect(ledger.entries.edges.map(({ node }) => node)).toEqual([
      {
        month: '2013-06-01',
        arm: 'baseline:never',
        version: null,
        decisions: 100,
        labelMaturity: 0.9,
        value: { amount: '0.00' },
        missed: { amount: '10.00' },
      },
      {
        month: '2013-06-01',
        arm: 'champion',
        version: { id: 'mv_1' },
        decisions: 100,
        labelMaturity: 0.98,
        value: { amount: '13000.00' },
        missed: { amount: '10.00' },
      },
    ]);
  });

  it('chains what everybody did, and names the row that somebody altered', async () => {
    const query = `{ auditRecords(first: 100) { edges { node { sequence service actor action subjectId hash } } } verifyAudit { records whole brokenAt } }`;
    const read = async () => (await platform.ask<Audit>('administrator', query)).data;
    await until(async () => (await read()).verifyAudit.records >= 7);
    const { auditRecords, verifyAudit } = await read();
    expect(verifyAudit).toMatchObject({ whole: true, brokenAt: null });
    const actions = auditRecords.edges.map(({ node }) => node.action);
    expect(actions.filter((action) => action === 'sign-metric-contract')).toHaveLength(4);
    expect(actions).toContain('open-use-case');
    const admin = new pg.Client({ connectionString: platform.database.adminUrl });
    await admin.connect();
    await admin.query(`update governance.audit_record set actor = 'person:nobody' where workspace = 'main' and sequence = 3`);
    expect((await read()).verifyAudit).toEqual({ records: 2, whole: false, brokenAt: 3 });
    await admin.query(`delete from governance.audit_record where workspace = 'main' and sequence = 3`);
    expect((await read()).verifyAudit).toEqual({ records: 2, whole: false, brokenAt: 3 });
    await admin.end();
    const runtime = new pg.Client({ connectionString: platform.database.urlOf('governance') });
    await runtime.connect();
    await expect(runtime.query(`update governance.audit_record set reason = 'x'`)).rejects.toThrow('permission denied');
    await expect(runtime.query('delete from governance.audit_record')).rejects.toThrow('permission denied');
    await runtime.end();
  });

  it('assesses maturity by what was declared and what the records say, and says who did not answer', async () => {
    platform.dataMeasures.push({ question: 'D2', met: 9, observed: 10, explanation: 'versions checked on arrival' });
    await platform.log.publish([
      endpoints.record('serving.v1.EndpointCreated', {
        key: 'ep_1',
        workspace: 'main',
        time: new Date('2013-06-01T00:00:00Z'),
        value: { endpointId: 'ep_1', name: 'protect', useCaseId, championVersionId: 'mv_1' },
      }),
    ]);
    await until(async () => (await platform.log.lag('governance.deployments')) === 0);
    const declare = `mutation { declareLevels(levels: [{ question: "D2", level: 5, note: "we are good" }, { question: "O4", level: 2, note: "begun" }]) { asOf } }`;
    expect((await platform.ask('executive', declare)).errors).toBeUndefined();
    const { maturity } = (
      await platform.ask<Maturity>(
        'executive',
        `{ maturity { silentServices readyForMlops dimensions { dimension declared evidence shown evidenceShare } answers { question declared declaredBy evidence shown met observed explanation levels } } }`,
      )
    ).data;
    const answer = (code: string) => maturity.answers.find(({ question }) => question === code);
    expect(maturity.silentServices).toEqual(['features', 'training', 'registry', 'serving', 'monitoring']);
    expect(answer('D2')).toMatchObject({
      declared: 5,
      declaredBy: 'person:executive',
      evidence: 3,
      shown: 3,
      met: 9,
      observed: 10,
    });
    expect(answer('D2')?.explanation).toBe('data: versions checked on arrival (9 of 10); 85 % has not held for 90 days yet');
    expect(answer('O4')).toMatchObject({ declared: 2, evidence: null, shown: 2, explanation: 'not observed' });
    expect(answer('S1')).toMatchObject({ evidence: 3, met: 1, observed: 1 });
    expect(answer('S2')).toMatchObject({ evidence: 3 });
    expect(answer('O1')).toMatchObject({ met: 6, observed: 6 });
    expect(answer('G4')).toMatchObject({ evidence: 1 }); // the test before broke the chain
    expect(maturity.readyForMlops).toBe(false);
    expect(
      await problem(
        'executive',
        `mutation { declareLevels(levels: [{ question: "D9", level: 5, note: "we are good" }]) { asOf } }`,
      ),
    ).toMatchObject({ problem: 'governance/question' });
  });

  it('has every table under row-level security', async () => {
    const db = await createDataSource({ service: 'governance', url: platform.database.urlOf('governance'), entities: [] });
    expect(await unprotectedTables(db)).toEqual([]);
    expect(await tablesWithoutWorkspace(db)).toEqual([]);
    await db.destroy();
  });

  it('plans a step, and shows where it stands', async () => {
    const step = {
      question: 'O4',
      toLevel: 3,
      ownerRole: 'executive',
      owner: 'person:executive',
      startOn: '2026-01-01',
      dueOn: '2026-02-01',
    };
    const add = `mutation Add($input: AddPlanItemInput!) { addPlanItem(input: $input) { fromLevel action status } }`;
    const added = (await platform.ask<{ readonly addPlanItem: object }>('executive', add, { input: step })).data.addPlanItem;
    expect(added).toEqual({ fromLevel: null, action: 'Reach: by role', status: 'overdue' });
    const plan = (
      await platform.ask<{ readonly plan: { readonly edges: object } }>(
        'data-analyst',
        '{ plan { edges { node { question reachedOn } } } }',
      )
    ).data.plan;
    expect(plan.edges).toEqual([{ node: { question: 'O4', reachedOn: null } }]);
  });
});
