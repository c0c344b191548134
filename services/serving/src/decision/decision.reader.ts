import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import type { Page, PageRequest } from '#libs/database';
import type { Decision, DecisionLayout, Override } from './decision.js';
import { DecisionRecorder } from './decision.recorder.js';
import { DecisionRepository, type DecisionRange } from './decision.repository.js';
import { DecisionShipper } from './decision.shipper.js';
import { OverrideRepository } from './override.repository.js';

const REMEMBERED_LAYOUTS = 500;

/** Reads decisions as the graph shows them; what a call was answered a moment ago is there too. */
@Injectable()
export class DecisionReader {
  /** A layout never changes under its id. */
  private readonly layouts = new Map<string, Promise<DecisionLayout>>();
  /** One loader an operation: a page of decisions asks for its overrides at once, and never for another caller's. */
  private readonly overrideLoaders = new WeakMap<object, DataLoader<string, Override | null>>();

  constructor(
    private readonly decisions: DecisionRepository,
    private readonly overrides: OverrideRepository,
    private readonly recorder: DecisionRecorder,
    private readonly shipper: DecisionShipper,
  ) {}

  async find(workspace: string, id: string): Promise<Decision | null> {
    if (this.recorder.find(workspace, id)) await this.shipper.settled([id]);
    const [stored] = await this.decisions.findAll(workspace, [id]);
    return stored ?? null;
  }

  async list(workspace: string, range: DecisionRange, page: PageRequest): Promise<Page<Decision>> {
    if (!page.after) await this.shipper.settled();
    return this.decisions.list(workspace, range, page);
  }

  layoutOf({ workspace, layoutId }: Decision): Promise<DecisionLayout> {
    const key = `${workspace}/${layoutId}`;
    const known = this.layouts.get(key);
    if (known) return known;
    const asked = this.decisions.layouts(workspace, [layoutId]).then(([layout]) => layout!);
    if (this.layouts.size >= REMEMBERED_LAYOUTS) this.layouts.clear();
    this.layouts.set(key, asked);
    asked.catch(() => this.layouts.delete(key));
    return asked;
  }

  overrideOf(operation: object, { workspace, id }: Decision): Promise<Override | null> {
    let loader = this.overrideLoaders.get(operation);
    if (!loader) {
      // Not cached: a mutation and what it selects run in the same operation.
      loader = new DataLoader(
        async (ids: readonly string[]) => {
          const newest = await this.overrides.newestOf(workspace, ids);
          return ids.map((decisionId) => newest.get(decisionId) ?? null);
        },
        { cache: false },
      );
      this.overrideLoaders.set(operation, loader);
    }
    return loader.load(id);
  }
}
