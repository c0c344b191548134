import { SingleBar } from 'cli-progress';

/** One chapter of the story on the terminal: a bar while it runs, one line when it is done. Where nobody watches, only the lines. */
export class Progress {
  private readonly startedAt = performance.now();
  private readonly bar: SingleBar | undefined;

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
    this.bar?.update(Math.round(Math.min(1, share) * 1_000), { what: what.slice(0, 60) });
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
