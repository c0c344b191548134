import { SingleBar } from 'cli-progress';

const TELL_EVERY_MS = 10_000;

/** One chapter of the story on the terminal: a bar while it runs, one line when it is done. Where nobody watches, only the lines. */
export class Progress {
  private readonly startedAt = performance.now();
  private readonly bar: SingleBar | undefined;
  private toldAt = performance.now();

  constructor(
    private readonly title: string,
    private readonly out: NodeJS.WriteStream = process.stdout,
  ) {
    if (!out.isTTY) return;
    this.bar = new SingleBar({
      format: `${title.padEnd(14)} {bar} {percentage}%  {what}`,
      barsize: 28,
      hideCursor: true,
      clearOnComplete: true,
      stream: out,
    });
    this.bar.start(1_000, 0, { what: '' });
  }

  /** @param share 0 to 1 */
  to(share: number, what = ''): void {
    if (!this.bar) this.tellNowAndThen(share, what);
    this.bar?.update(Math.round(Math.min(1, share) * 1_000), { what: what.slice(0, 60) });
  }

  /** Without a terminal there is no bar, but a long chapter still shows that it moves. */
  private tellNowAndThen(share: number, what: string): void {
    if (performance.now() - this.toldAt < TELL_EVERY_MS) return;
    this.toldAt = performance.now();
    this.out.write(`${this.title.padEnd(14)} ${Math.round(share * 100)} %  ${what}\n`);
  }

  done(summary: string): void {
    this.bar?.update(1_000);
    this.bar?.stop();
    const seconds = ((performance.now() - this.startedAt) / 1_000).toFixed(1);
    this.out.write(`${this.title.padEnd(14)} ${summary} (${seconds} s)\n`);
  }

  fail(): void {
    this.bar?.stop();
  }
}
