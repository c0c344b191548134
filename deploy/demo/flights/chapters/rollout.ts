import type { Story } from '../story.js';

interface State {
  readonly id: string;
  readonly percent: number;
  readonly state: string;
}

const FIELDS = `id percent state`;

/** A canary that an ML Engineer takes from 10 to 50 to 100 per cent. */
export class Rollout {
  private constructor(
    private readonly story: Story,
    private current: State,
  ) {}

  static async start(story: Story, endpointId: string, modelVersionId: string, effectiveFrom: Date): Promise<Rollout> {
    const { startRollout } = await story.graph.ask<{ readonly startRollout: State }>(
      'ml-engineer',
      `mutation Start($endpointId: ID!, $modelVersionId: ID!, $effectiveFrom: DateTime) {
         startRollout(endpointId: $endpointId, modelVersionId: $modelVersionId, steps: [10, 50, 100], effectiveFrom: $effectiveFrom) { ${FIELDS} }
       }`,
      { endpointId, modelVersionId, effectiveFrom: effectiveFrom.toISOString() },
    );
    return new Rollout(story, startRollout);
  }

  get completed(): boolean {
    return this.current.state !== 'running';
  }

  async advance(effectiveFrom: Date): Promise<void> {
    if (this.completed) return;
    const { advanceRollout } = await this.story.graph.ask<{ readonly advanceRollout: State }>(
      'ml-engineer',
      `mutation Advance($id: ID!, $effectiveFrom: DateTime) { advanceRollout(rolloutId: $id, effectiveFrom: $effectiveFrom) { ${FIELDS} } }`,
      { id: this.current.id, effectiveFrom: effectiveFrom.toISOString() },
    );
    this.current = advanceRollout;
  }
}
