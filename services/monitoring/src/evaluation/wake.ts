/** Lets the evaluation sleep until something came in; a call while it works is not lost. In-process only: the poll covers replicas. */
export class Wake {
  private fired = false;
  private release: (() => void) | undefined;

  fire(): void {
    this.fired = true;
    this.release?.();
  }

  /** Resolves at the next `fire`, at once where one came since the last wait, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.fired) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.release = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.release = undefined;
    }
    this.fired = false;
  }
}
