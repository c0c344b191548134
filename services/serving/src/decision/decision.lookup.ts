import { Inject, Injectable } from '@nestjs/common';
import { LOG } from '#libs/host';
import type { Logger } from '#libs/log';
import { Batcher } from '../batch/batcher.js';
import type { Decision } from './decision.js';
import { DecisionRecorder } from './decision.recorder.js';
import { DecisionRepository } from './decision.repository.js';

const MAX_IDS = 2_000;
const REMEMBERED = 200;

/** Finds decisions that were made before under the same id, for callers that ask again; questions that arrive together share a query. */
@Injectable()
export class DecisionLookup {
  private readonly questions = new Map<string, Batcher<readonly string[], ReadonlyMap<string, Decision>>>();

  constructor(
    private readonly recorder: DecisionRecorder,
    private readonly decisions: DecisionRepository,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  /** Those that are known, by id. While the database is away only the pending ones are: the id alone then keeps a repetition from counting twice. */
  async known(workspace: string, ids: readonly string[]): Promise<ReadonlyMap<string, Decision>> {
    const pending = ids.flatMap((id) => this.recorder.find(workspace, id) ?? []);
    const found = new Map(pending.map((decision) => [decision.id, decision]));
    const others = ids.filter((id) => !found.has(id));
    if (others.length === 0) return found;
    try {
      const stored = await this.questionsOf(workspace).ask(others);
      for (const id of others) if (stored.has(id)) found.set(id, stored.get(id)!);
      return found;
    } catch (error) {
      this.log.warn({ err: error }, 'whether decisions are repeated could not be looked up');
      return found;
    }
  }

  private questionsOf(workspace: string): Batcher<readonly string[], ReadonlyMap<string, Decision>> {
    let batcher = this.questions.get(workspace);
    if (!batcher) {
      for (const [other, { isIdle }] of this.questions)
        if (this.questions.size >= REMEMBERED && isIdle) this.questions.delete(other);
      batcher = new Batcher((groups) => this.find(workspace, groups), { maxItems: 64, maxCalls: 1 });
      this.questions.set(workspace, batcher);
    }
    return batcher;
  }

  private async find(
    workspace: string,
    groups: readonly (readonly string[])[],
  ): Promise<readonly ReadonlyMap<string, Decision>[]> {
    const ids = groups.flat();
    const found = new Map<string, Decision>();
    for (let at = 0; at < ids.length; at += MAX_IDS) {
      for (const decision of await this.decisions.findAll(workspace, ids.slice(at, at + MAX_IDS)))
        found.set(decision.id, decision);
    }
    return groups.map(() => found);
  }
}
