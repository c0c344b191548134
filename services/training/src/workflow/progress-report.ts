const LEAST_MS = 500;

/** Tells how far a step is, at most twice a second and never two at once; what cannot be told is no failure of the step. */
export class ProgressReport {
  private told = Promise.resolve<unknown>(undefined);
  private lastMs = -Infinity;
  private closed = false;

  constructor(private readonly write: (share: number) => Promise<unknown>) {}

  tell(share: number): void {
    const now = performance.now();
    if (this.closed || now - this.lastMs < LEAST_MS) return;
    this.lastMs = now;
    this.told = this.told.then(() => this.write(Math.min(1, Math.max(0, share)))).catch(() => undefined);
  }

  /** Resolves when nothing more will be written. */
  async close(): Promise<void> {
    this.closed = true;
    await this.told;
  }
}
