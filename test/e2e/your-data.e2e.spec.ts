import { readFileSync } from 'node:fs';
import type { Role } from '#libs/identity';
import { network, type Network } from './network.js';
import { stepsOf, withChanges, type Step, type Until } from './walkthrough.js';

const PAGE = readFileSync('deploy/demo/your-data.md', 'utf8');
const [MAIN, OTHER] = PAGE.split('## Another file');
const POLL_MS = 150;
const UNTIL_MS = 90_000;

function at(answer: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | null)?.[part], answer);
}

/** Follows a page as a reader would, keeping what its words in capitals stand for. */
class Reader {
  readonly kept = new Map<string, string>();
  readonly answers: unknown[] = [];

  constructor(private readonly platform: Network) {}

  async follow(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      const answer = await this.take(step);
      this.answers.push(answer);
      if ('keeps' in step) for (const { name, path } of step.keeps) this.kept.set(name, String(at(answer, path)));
    }
  }

  private async take(step: Step): Promise<unknown> {
    if (step.kind === 'upload') return this.upload(step.file);
    if (step.kind === 'infer') return this.infer(step);
    const document = step.document.replace(/\b[A-Z]+(?:_[A-Z]+)+\b/g, (word) => this.kept.get(word) ?? word);
    const graph = await this.platform.graph(step.role as Role);
    try {
      return step.until ? await this.untilHeld(() => graph.ask(document), step.until) : await graph.ask(document);
    } finally {
      await graph.close();
    }
  }

  private async untilHeld(ask: () => Promise<unknown>, { path, value }: Until): Promise<unknown> {
    const deadline = Date.now() + UNTIL_MS;
    for (;;) {
      const answer = await ask();
      const state = at(answer, path);
      if (state === value) return answer;
      if (state !== 'running' || Date.now() > deadline) throw new Error(`${path} is ${String(state)}: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private async upload(file: string): Promise<unknown> {
    const headers = {
      authorization: `Bearer ${await this.platform.token('data-engineer')}`,
      'content-type': 'application/octet-stream',
    };
    const response = await fetch(`${this.platform.urlOf('gateway')}/uploads`, {
      method: 'POST',
      headers,
      body: new Uint8Array(readFileSync(file)),
    });
    return response.json();
  }

  private async infer({ model, asOf, row }: Extract<Step, { kind: 'infer' }>): Promise<unknown> {
    const client = await this.platform.inference('ml-engineer');
    const inputs = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? { text: [value] } : { fp64: [value] }]),
    );
    return client.infer(model, { inputs: { ...inputs, as_of: { int64: [Date.parse(asOf)] } } });
  }
}

async function followed(steps: readonly Step[]): Promise<Reader> {
  await using platform = await network();
  const reader = new Reader(platform);
  await reader.follow(steps);
  return reader;
}

function prediction({ answers }: Reader): Readonly<Record<string, readonly unknown[]>> {
  return answers.find((answer) => (answer as Record<string, unknown>)['decision_id']) as Record<string, readonly unknown[]>;
}

describe('a file the platform has never seen', () => {
  it('goes from CSV to a prediction by following the page', async () => {
    const reader = await followed(stepsOf(MAIN!));
    expect(prediction(reader)['act']).toHaveLength(1);
    expect(String(prediction(reader)['decision_id']![0])).toMatch(/^dec_/);
    expect(reader.kept.get('MODEL_VERSION_ID')).toMatch(/^mv_/);
  }, 240_000);

  it('does so for another file with the blocks that the page gives for it', async () => {
    const reader = await followed(withChanges(stepsOf(MAIN!), stepsOf(OTHER!)));
    expect(prediction(reader)['act']).toEqual([true]);
    expect(reader.kept.get('MODEL_VERSION_ID')).toMatch(/^mv_/);
  }, 240_000);
});
