import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { OutcomeRepository, type DecisionResult } from './outcome.repository.js';

/** Gathers the look-ups of one operation into one question: a page of decisions must not ask a thousand times. */
@Injectable()
export class DecisionResultLoader {
  private readonly loaders = new WeakMap<object, DataLoader<string, DecisionResult>>();

  constructor(private readonly outcomes: OutcomeRepository) {}

  /** @param operation anything that lives as long as the operation: its context */
  load(operation: object, workspace: string, id: string): Promise<DecisionResult> {
    let loader = this.loaders.get(operation);
    if (!loader) {
      loader = new DataLoader((ids) => this.many(workspace, ids), { maxBatchSize: 1_000 });
      this.loaders.set(operation, loader);
    }
    return loader.load(id);
  }

  private async many(workspace: string, ids: readonly string[]): Promise<DecisionResult[]> {
    const found = new Map((await this.outcomes.results(workspace, ids)).map((result) => [result.id, result]));
    return ids.map((id) => found.get(id) ?? { id, outcome: null, outcomeKnownAt: null, value: null });
  }
}
