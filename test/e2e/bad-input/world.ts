import type { Role } from '#libs/identity';
import { GraphClient } from '../graph-client.js';
import { InferenceClient } from '../inference-client.js';
import { network, type Network } from '../network.js';
import { openRuleEndpoint, rowCall, type RuleEndpoint } from '../rule-endpoint.js';

const FLIGHTS = 'flight,carrier,delay\nUA1,UA,3\nUA2,UA,40\nDL7,DL,\n';
/** The moment of every decision in the world. */
export const NOON_MS = Date.parse('2013-06-01T12:00:00Z');
const POLL_MS = 25;

interface Job {
  readonly state: string;
  readonly problem: string | null;
  readonly detail: string | null;
  readonly datasetVersion: { readonly id: string } | null;
}

/** A platform with something in it that bad input could harm: a dataset under contract, and an endpoint that has decided. */
export class World implements AsyncDisposable {
  private readonly graphs = new Map<string, Promise<GraphClient>>();
  datasetId = '';
  /** A dataset that a transform could write to; it has no version. */
  sinkId = '';
  uploadHash = '';
  endpoint!: RuleEndpoint;
  decisionId = '';
  /** A version that nobody approved, and the request that somebody may. */
  candidateId = '';
  openPromotionId = '';

  private constructor(readonly platform: Network) {}

  static async make(): Promise<World> {
    const world = new World(await network());
    try {
      await Promise.all([world.collectFlights(), world.decideOnce().then(() => world.leaveCandidate())]);
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  get gateway(): string {
    return this.platform.urlOf('gateway');
  }

  /** Asks the graph as the person of a role, of the workspace where it all is unless another is named. */
  async ask<Answer>(
    role: Role,
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    workspace = 'main',
  ): Promise<Answer> {
    const key = `${role}@${workspace}`;
    if (!this.graphs.has(key)) this.graphs.set(key, this.graphOf(role, workspace));
    return (await this.graphs.get(key)!).ask<Answer>(query, variables);
  }

  private async graphOf(role: Role, workspace: string): Promise<GraphClient> {
    return new GraphClient(this.gateway, await this.platform.token(role, { workspace }));
  }

  /** Live inference with any token, or none. The caller closes it. */
  inference(token: string | undefined): InferenceClient {
    return new InferenceClient(`127.0.0.1:${this.platform.launched.grpcPort + 5}`, token);
  }

  /** Sends bytes to the REST door. */
  async upload(body: string | Uint8Array<ArrayBuffer>, role: Role = 'data-engineer', workspace = 'main'): Promise<Response> {
    const authorization = `Bearer ${await this.platform.token(role, { workspace })}`;
    const headers = { authorization, 'content-type': 'application/octet-stream' };
    return fetch(`${this.gateway}/uploads`, { method: 'POST', headers, body });
  }

  /** Uploads bytes, collects them as said, and answers how the job ended. */
  async collect(body: string | Uint8Array<ArrayBuffer>, format: 'csv' | 'parquet' | 'json'): Promise<Job> {
    const { hash: uploadHash } = (await (await this.upload(body)).json()) as { readonly hash: string };
    this.uploadHash ||= uploadHash;
    const { collect } = await this.ask<{ readonly collect: { readonly id: string } }>(
      'data-engineer',
      `mutation ($input: CollectInput!) { collect(input: $input) { id } }`,
      { input: { datasetId: this.datasetId, uploadHash, format } },
    );
    for (;;) {
      const { dataJob } = await this.ask<{ readonly dataJob: Job }>(
        'data-engineer',
        `query ($id: ID!) { dataJob(id: $id) { state problem detail datasetVersion { id } } }`,
        { id: collect.id },
      );
      if (dataJob.state !== 'running') return dataJob;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Everything that the graph shows of what people and services made in the workspace. */
  held(): Promise<unknown> {
    const { endpointId, model } = this.endpoint;
    return this.ask('administrator', HELD, { endpointId, model });
  }

  private async collectFlights(): Promise<void> {
    const { flights, sink } = await this.ask<Readonly<Record<'flights' | 'sink', { readonly id: string }>>>(
      'data-engineer',
      `mutation { flights: createDataset(input: { name: "flights", description: "Flights" }) { id }
                  sink: createDataset(input: { name: "sink", description: "Made of flights" }) { id } }`,
    );
    this.datasetId = flights.id;
    this.sinkId = sink.id;
    await this.ask(
      'data-engineer',
      `mutation ($id: ID!) { defineContract(input: { datasetId: $id, rules: [{ name: "carrier_given", kind: not_null,
         columns: ["carrier"], action: quarantine, reason: "nobody flew it" }] }) { id } }`,
      { id: this.datasetId },
    );
    const job = await this.collect(FLIGHTS, 'csv');
    if (job.state !== 'finished') throw new Error(`the flights were not collected: ${job.detail}`);
  }

  private async decideOnce(): Promise<void> {
    this.endpoint = await openRuleEndpoint(this.platform, 'delays');
    const client = await this.platform.inference('ml-engineer');
    const { decision_id: ids } = await client.infer('delays', rowCall('first', 20, NOON_MS));
    this.decisionId = String(ids![0]);
  }

  private async leaveCandidate(): Promise<void> {
    const { version } = await this.ask<{ readonly version: { readonly id: string } }>(
      'data-scientist',
      `mutation ($id: ID!) { version: createRuleVersion(input: { modelId: $id, featureService: "delays-row", expression: "delay > 30" }) { id } }`,
      { id: this.endpoint.modelId },
    );
    const { promotion } = await this.ask<{ readonly promotion: { readonly id: string } }>(
      'ml-engineer',
      `mutation ($id: ID!) { promotion: requestPromotion(modelVersionId: $id) { ... on Promotion { id } } }`,
      { id: version.id },
    );
    this.candidateId = version.id;
    this.openPromotionId = promotion.id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.graphs.values()].map(async (graph) => (await graph).close()));
    await this.platform[Symbol.asyncDispose]();
  }
}

const HELD = `query ($endpointId: ID!, $model: String!) {
  datasets { edges { node { id name owner contract { revision rules { name } } versions { edges { node { id hash acceptedRows columns { name classification } } } } } } }
  transform(name: "leak") { revision }
  featureViews { edges { node { id } } }
  model(name: $model) { versions { edges { node { id stage promotions { id state decidedBy } } } } }
  useCases { edges { node { id riskClass roles { role person } contract { revision signatures { person } } endpoints { id champion { id } rollout { id } } } } }
  decisions(endpointId: $endpointId) { edges { node { id proposedAct act override { by } outcome outcomeKnownAt } } }
  monitor(endpointId: $endpointId) { evaluatedUntil }
  alerts { edges { node { id state } } }
  plan { edges { node { id } } }
}`;
