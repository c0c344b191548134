import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { People } from './people.js';

/** An alert as it reached the subscriber: one payload with fields of monitoring, serving, registry and governance. */
export interface AlertPayload {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly raisedAt: string;
  readonly since: string | null;
  readonly calibrationGapPoints: number | null;
  readonly costPerMonth: { readonly amount: string; readonly currency: string } | null;
  readonly endpoint: { readonly name: string } | null;
  readonly version: { readonly number: number; readonly model: { readonly name: string } } | null;
  readonly useCase: { readonly name: string; readonly kpi: string } | null;
}

const DOCUMENT = `subscription Alerts($endpointId: ID) {
  alertRaised(endpointId: $endpointId) {
    id kind summary raisedAt since calibrationGapPoints costPerMonth { amount currency }
    endpoint { name }
    version { number model { name } }
    useCase { name kpi }
  }
}`;

/** A person who waits for alerts on a WebSocket through the gateway. */
export class AlertListener {
  readonly received: AlertPayload[] = [];
  private readonly client: Client;
  private readonly waiting: (() => void)[] = [];

  constructor(graphUrl: string, people: People, endpointId: string) {
    this.client = createClient({
      url: graphUrl.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      retryAttempts: 60,
      shouldRetry: () => true,
      lazy: false,
      connectionParams: async () => ({ authorization: await people.authorization('ml-engineer') }),
      onNonLazyError: () => undefined,
    });
    this.client.subscribe<{ alertRaised: AlertPayload }>(
      { query: DOCUMENT, variables: { endpointId } },
      { next: ({ data }) => data && this.take(data.alertRaised), error: () => undefined, complete: () => undefined },
    );
  }

  private take(alert: AlertPayload): void {
    this.received.push(alert);
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** Resolves when an alert with this id has arrived; undefined after `ms`. */
  async arrival(id: string, ms: number): Promise<AlertPayload | undefined> {
    const deadline = Date.now() + ms;
    for (;;) {
      const alert = this.received.find((candidate) => candidate.id === id);
      if (alert || Date.now() >= deadline) return alert;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
