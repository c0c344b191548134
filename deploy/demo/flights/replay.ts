import { eachOf, type DecisionAnswer, type DecisionRequest } from '../inference-client.js';
import type { Flight } from './airline.js';
import { ENDPOINT, type Story } from './story.js';

/** A decision that the endpoint made for a flight. */
export interface DecidedFlight extends DecisionAnswer {
  readonly flight: Flight;
}

const CONCURRENCY = 16;
const OUTCOMES_AT_ONCE = 2_000;
const EVALUATION_DEADLINE_MS = 120_000;
const POLL_MS = 40;
/** The monitor judges a day when its flights have had this long to land. */
const MATURITY_MS = 48 * 3_600_000;

function requestOf(flight: Flight): DecisionRequest {
  const { key, carrier, origin, dest, tailnum, minuteOfDay, dayOfWeek, distance, blockMinutes, decisionAt } = flight;
  return {
    id: key,
    asOf: decisionAt,
    texts: { flight_key: key, carrier, origin, dest, tailnum },
    numbers: { minute_of_day: minuteOfDay, day_of_week: dayOfWeek, distance, block_minutes: blockMinutes },
  };
}

/** Lets the months pass: asks for each decision when it is due, and reports each landing when it is known. */
export class Replay {
  readonly decided: DecidedFlight[] = [];
  private unreported: DecidedFlight[] = [];

  constructor(
    private readonly story: Story,
    private readonly endpointId: string,
  ) {}

  /** Decides the flights in the order of their moments, a few at a time; `during` runs meanwhile, half way through. */
  async decide(flights: readonly Flight[], during: () => Promise<unknown> = async () => undefined): Promise<void> {
    const half = Math.floor(flights.length / 2);
    let meanwhile: Promise<unknown> = Promise.resolve();
    const answers = new Map<string, DecidedFlight>();
    await eachOf([...flights.entries()], CONCURRENCY, async ([index, flight]) => {
      if (index === half) meanwhile = during();
      answers.set(flight.key, { ...(await this.story.inference.decide(ENDPOINT, requestOf(flight))), flight });
    });
    await meanwhile;
    const inOrder = flights.map(({ key }) => answers.get(key)!);
    this.decided.push(...inOrder);
    this.unreported.push(...inOrder.filter(({ flight }) => flight.late !== null));
  }

  /** Reports every landing known by `until` and waits until the monitor has judged every day that is ripe by then. */
  async report(until: Date): Promise<void> {
    const known = this.unreported.filter(({ flight }) => flight.landedAt! <= until);
    this.unreported = this.unreported.filter(({ flight }) => flight.landedAt! > until);
    for (let at = 0; at === 0 || at < known.length; at += OUTCOMES_AT_ONCE) {
      const last = at + OUTCOMES_AT_ONCE >= known.length;
      await this.send(known.slice(at, at + OUTCOMES_AT_ONCE), last ? until : new Date(0));
    }
    await this.evaluated(new Date(until.getTime() - MATURITY_MS));
  }

  private async send(known: readonly DecidedFlight[], completeUntil: Date): Promise<void> {
    const outcomes = known.map(({ decisionId, flight }) => ({
      decisionId,
      outcome: flight.late!,
      knownAt: flight.landedAt!.toISOString(),
    }));
    await this.story.graph.ask(
      'data-engineer',
      `mutation Report($input: ReportOutcomesInput!) { reportOutcomes(input: $input) { accepted } }`,
      {
        input: {
          endpointId: this.endpointId,
          outcomes,
          completeUntil: completeUntil.toISOString(),
        },
      },
    );
  }

  private async evaluated(until: Date): Promise<void> {
    const deadline = Date.now() + EVALUATION_DEADLINE_MS;
    for (;;) {
      const { monitor } = await this.story.graph.ask<{ readonly monitor: { readonly evaluatedUntil: string | null } | null }>(
        'ml-engineer',
        `query Evaluated($endpointId: ID!) { monitor(endpointId: $endpointId) { evaluatedUntil } }`,
        { endpointId: this.endpointId },
      );
      if (monitor?.evaluatedUntil && new Date(monitor.evaluatedUntil) >= until) return;
      if (Date.now() > deadline) throw new Error(`the monitor has not evaluated up to ${until.toISOString()}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
