import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { EvidenceRepository } from '../evidence/evidence.repository.js';
import { PlanRepository } from '../plan/plan.repository.js';
import { evidenceLevel, type DayMeasure, type Measure } from './evidence-level.js';
import { EvidencePeer } from './evidence.peer.js';
import { assess, checkDeclaration, type EvidenceAnswer, type MaturityAssessment } from './maturity.js';
import { MaturityRepository } from './maturity.repository.js';
import { mergeMeasures } from './merge-measures.js';

/** A level as it enters by the graph. */
export interface LevelDraft {
  readonly question: string;
  readonly level: number;
  readonly note: string;
}

@Injectable()
export class MaturityService {
  constructor(
    private readonly maturity: MaturityRepository,
    private readonly own: EvidenceRepository,
    private readonly others: EvidencePeer,
    private readonly plan: PlanRepository,
  ) {}

  async declare(levels: readonly LevelDraft[], viewer: Viewer): Promise<MaturityAssessment> {
    checkDeclaration(levels);
    const { id: declaredBy, roles, workspace } = viewer;
    const declaredAt = new Date();
    const declared = levels.map((level) => ({
      ...level,
      id: newId('assessment'),
      workspace,
      declaredBy,
      declaredAs: roles.join(','),
      declaredAt,
    }));
    await this.maturity.declare(workspace, declared, viewer);
    return this.assess(workspace, declaredAt);
  }

  /** Asks all services, keeps today's measures, and puts the levels they prove beside those declared. */
  async assess(workspace: string, now: Date): Promise<MaturityAssessment> {
    const { measures, silent } = await this.measure(workspace, now);
    const [declared, history, closed] = await Promise.all([
      this.maturity.declared(workspace),
      this.maturity.history(workspace, now),
      this.plan.closed(workspace),
    ]);
    const evidence = new Map(
      [...measures].map(([code, measure]) => [
        code,
        evidenceAnswer(measure, history.get(code) ?? [], closed.get(code) ?? 0, now),
      ]),
    );
    return assess(declared, evidence, silent, now);
  }

  /** Takes today's measures, keeps them, and closes what they prove of the plan. */
  async measure(
    workspace: string,
    now: Date,
  ): Promise<{ readonly measures: ReadonlyMap<string, Measure>; readonly silent: readonly string[] }> {
    const { answers, silent } = await this.others.ask(workspace, now);
    const own = { service: 'governance', measures: await this.own.measure(workspace, []) };
    const measures = mergeMeasures([...answers, own]);
    // A day on which a side is missing would stand for better than it was.
    if (silent.length === 0) {
      await this.maturity.keep(workspace, [...measures.values()], now);
      await this.plan.close(workspace, await this.provenLevels(workspace, now), now);
    }
    return { measures, silent };
  }

  /** The level of each question by what was last measured; level 5 apart, which itself asks for closed improvements. */
  async provenLevels(workspace: string, now: Date): Promise<ReadonlyMap<string, number>> {
    const [newest, history] = await Promise.all([this.maturity.newest(workspace), this.maturity.history(workspace, now)]);
    const levels = new Map<string, number>();
    for (const measure of newest) {
      const proven = evidenceLevel(measure, history.get(measure.question) ?? [], 0, now);
      if (proven) levels.set(measure.question, proven.level);
    }
    return levels;
  }
}

function evidenceAnswer(measure: Measure, history: readonly DayMeasure[], closed: number, now: Date): EvidenceAnswer {
  const { met, observed, explanation } = measure;
  const proven = evidenceLevel(measure, history, closed, now);
  const why = proven?.note ? `${explanation}; ${proven.note}` : explanation;
  return { level: proven?.level ?? null, met, observed, explanation: why };
}
