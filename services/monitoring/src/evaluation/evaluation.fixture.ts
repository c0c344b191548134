import { DecisionsMade } from '#contracts/serving/v1/events';
import { createDataSource, migrate, withWorkspace } from '#libs/database';
import { Outbox } from '#libs/events';
import { seededRandom, type Random } from '#libs/statistics';
import { AuditTrail } from '#libs/storage';
import { postgres } from '#libs/testkit';
import { catalogue } from '#libs/topics';
import { AlertRepository } from '../alert/alert.repository.js';
import { CalibrationRepository } from '../calibration/calibration.repository.js';
import type { ServedBatch, ServedDecision } from '../decision/decision.js';
import { columnToProto } from '../decision/decision.proto.js';
import { DecisionRepository } from '../decision/decision.repository.js';
import { MonitorRepository } from '../monitor/monitor.repository.js';
import { StalePeriodRepository } from '../monitor/stale-period.repository.js';
import { monitoringEntities, monitoringMigrations } from '../monitoring.module.js';
import type { Outcome } from '../outcome/outcome.js';
import { OutcomeRepository } from '../outcome/outcome.repository.js';
import { MonthValueRepository } from '../value/month-value.repository.js';
import { VersionRepository } from '../version/version.repository.js';
import { VectorRepository } from '../window/vector.repository.js';
import { WindowRepository } from '../window/window.repository.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { RefreshRepository } from './refresh.repository.js';

export const ENDPOINT = 'ep_flights';
export const RULE = 'mv_rule';
export const MODEL = 'mv_model';
export const FIRST_DAY = Date.UTC(2013, 5, 3); // a Monday
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What happened, before anybody decided in which order it arrives. */
export interface Story {
  readonly decisions: readonly (ServedDecision & { readonly temperature: number; readonly carrier: string })[];
  readonly outcomes: readonly Outcome[];
  readonly overrides: readonly { readonly decisionId: string; readonly act: boolean }[];
}

export interface StoryOptions {
  readonly days: number;
  readonly perDay: number;
  readonly seed: number;
  /** From this day on outcomes come true less often than forecast. */
  readonly partsOn?: number;
}

/** Flights of many days under each day's weather; some are cancelled, a few outcomes come a week late or are corrected, a few decisions overridden. */
export function tellStory({ days, perDay, seed, partsOn = Infinity }: StoryOptions): Story {
  const random = seededRandom(seed);
  const decisions: Story['decisions'][number][] = [];
  const outcomes: Outcome[] = [];
  for (let day = 0; day < days; day++) {
    const shock = (random.uniform() + random.uniform() + random.uniform() - 1.5) * 0.9;
    for (let i = 0; i < perDay; i++) {
      const decision = decide(random, decisions.length, day);
      decisions.push(decision);
      if (random.uniform() < 0.05) continue; // cancelled: there will never be an outcome
      const odds = Math.log(decision.probability / (1 - decision.probability)) + shock - (day >= partsOn ? 1.2 : 0);
      const knownAt = new Date(
        decision.decidedAt.getTime() + Math.floor((2 + 20 * random.uniform() + (random.uniform() < 0.06 ? 6 * 24 : 0)) * HOUR_MS),
      );
      const outcome = random.uniform() < 1 / (1 + Math.exp(-odds));
      outcomes.push({ decisionId: decision.id, outcome, knownAt });
      if (random.uniform() < 0.01)
        outcomes.push({ decisionId: decision.id, outcome: !outcome, knownAt: new Date(knownAt.getTime() + 3 * DAY_MS) });
    }
  }
  const overrides = decisions.filter(() => random.uniform() < 0.01).map(({ id, act }) => ({ decisionId: id, act: !act }));
  return { decisions, outcomes: outcomes.sort((a, b) => a.knownAt.getTime() - b.knownAt.getTime()), overrides };
}

function decide(random: Random, index: number, day: number): Story['decisions'][number] {
  const probability = Math.fround(0.05 + 0.5 * random.uniform());
  const isModel = random.uniform() < 0.8;
  const threshold = isModel ? 25 / 85 : 0.5;
  const shown = isModel ? probability : probability >= 0.35 ? 1 : 0;
  return {
    id: `dec_${String(index).padStart(26, '0')}`,
    rowKey: `flight-${index}`,
    decidedAt: new Date(FIRST_DAY + day * DAY_MS + Math.floor(random.uniform() * 20 * HOUR_MS)),
    versionId: isModel ? MODEL : RULE,
    arm: isModel ? 'champion' : 'challenger',
    probability: shown,
    threshold,
    act: shown >= threshold,
    baselineAct: isModel ? probability >= 0.35 : null,
    temperature: day + 10 * random.uniform(),
    carrier: ['UA', 'DL', 'B6', ''][random.below(4)]!,
  };
}

/** One event's worth of decisions. */
export function batchOf(id: string, decisions: Story['decisions']): ServedBatch {
  const features = [
    columnToProto({ name: 'temperature', kind: 'numbers', values: Float64Array.from(decisions, (d) => d.temperature) }),
    columnToProto({ name: 'carrier', kind: 'texts', values: decisions.map((d) => d.carrier) }),
  ];
  const request = [columnToProto({ name: 'flight_key', kind: 'texts', values: decisions.map((d) => d.rowKey) })];
  const columns = DecisionsMade.encode(DecisionsMade.fromPartial({ features, request })).finish();
  return { id, endpointId: ENDPOINT, useCaseId: 'uc_1', decisions, columns };
}

/** Monitoring's tables and what works on them, without doors and without other services. */
export async function bench() {
  const database = await postgres();
  await migrate({ service: 'monitoring', ownerUrl: database.ownerUrlOf('monitoring'), migrations: monitoringMigrations });
  const db = await createDataSource({ service: 'monitoring', url: database.urlOf('monitoring'), entities: monitoringEntities });
  const outbox = new Outbox('monitoring', catalogue);
  const audit = new AuditTrail('monitoring', outbox);
  const monitors = new MonitorRepository(db);
  const stale = new StalePeriodRepository();
  const versions = new VersionRepository(db);
  const decisions = new DecisionRepository(monitors, versions, stale);
  const outcomes = new OutcomeRepository(db, stale, audit);
  const alerts = new AlertRepository(db, outbox, audit);
  const windows = new WindowRepository(db, decisions, versions, new VectorRepository());
  const months = new MonthValueRepository(db, outbox, decisions);
  const calibration = new CalibrationRepository(db, decisions, versions, alerts);
  return {
    db,
    monitors,
    versions,
    decisions,
    outcomes,
    alerts,
    windows,
    months,
    evaluation: new EvaluationRepository(monitors, outcomes, decisions, calibration),
    refreshes: new RefreshRepository(monitors, stale, windows, months),
    inWorkspace: <T>(workspace: string, work: Parameters<typeof withWorkspace<T>>[2]) => withWorkspace(db, workspace, work),
    async close(): Promise<void> {
      await db.destroy();
      await database.drop();
    },
  };
}
export type Bench = Awaited<ReturnType<typeof bench>>;

/** A person who may report outcomes in a workspace. */
export function reporter(workspace: string) {
  const roles = ['data-engineer' as const];
  return { id: 'person:dan', name: 'Dan', roles, workspace, token: '', expiresAt: new Date() };
}
