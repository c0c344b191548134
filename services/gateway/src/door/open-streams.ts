import { Problem } from '#libs/problem';

/** Why the gateway ends a connection that its client would keep. */
export type StreamEnd = 'token-expired' | 'closing';

/** Whose stream it is and how long it may last. */
export interface StreamOwner {
  readonly id: string;
  readonly workspace: string;
  readonly expiresAt: Date;
}

export interface StreamBounds {
  readonly maxStreams: number;
  readonly maxStreamsPerViewer: number;
}

interface OpenStream {
  readonly owner: string;
  readonly close: (end: StreamEnd) => void;
  readonly timer: NodeJS.Timeout;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Ended this long before the token is, or a service behind would be first to end it, with an error in place of a broken connection. */
const BEFORE_EXPIRY_MS = 1_000;

/**
 * Connections that outlive one answer: sockets and event streams. None outlives its token, nobody holds them all,
 * and all can be ended when the gateway goes. They are ended by breaking the connection, never by completing the subscription,
 * so that clients know to come back.
 */
export class OpenStreams {
  private readonly open = new Set<OpenStream>();
  private readonly perOwner = new Map<string, number>();

  constructor(private readonly bounds: StreamBounds) {}

  get size(): number {
    return this.open.size;
  }

  /**
   * Counts a connection in; what it returns counts it out and is called when the connection closes.
   * @throws Problem `gateway/too-many-streams`
   */
  add({ id, workspace, expiresAt }: StreamOwner, nowMs: number, close: (end: StreamEnd) => void): () => void {
    const owner = `${workspace} ${id}`;
    const held = this.perOwner.get(owner) ?? 0;
    if (this.open.size >= this.bounds.maxStreams || held >= this.bounds.maxStreamsPerViewer) {
      throw new Problem('exhausted', 'gateway/too-many-streams', 'too many open connections for subscriptions', { held });
    }
    const leftMs = Math.min(Math.max(0, expiresAt.getTime() - BEFORE_EXPIRY_MS - nowMs), LONGEST_TIMER_MS);
    const timer = setTimeout(() => close('token-expired'), leftMs).unref();
    const stream: OpenStream = { owner, close, timer };
    this.open.add(stream);
    this.perOwner.set(owner, held + 1);
    return () => this.remove(stream);
  }

  closeAll(): void {
    for (const stream of this.open) stream.close('closing');
  }

  private remove(stream: OpenStream): void {
    clearTimeout(stream.timer);
    if (!this.open.delete(stream)) return;
    const left = (this.perOwner.get(stream.owner) ?? 1) - 1;
    if (left === 0) this.perOwner.delete(stream.owner);
    else this.perOwner.set(stream.owner, left);
  }
}
