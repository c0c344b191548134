import { join } from 'node:path';
import { LocalIssuer, SERVICES, type Role, type ServiceName } from '#libs/identity';
import { GraphClient } from './graph-client.js';
import { InferenceClient } from './inference-client.js';
import { discard, launch, type Launched, type LaunchRequest } from './launched.js';

/** A whole platform with its doors, as real clients meet it. */
export interface Network extends AsyncDisposable {
  readonly launched: Launched;
  /** Base address of a service's HTTP door. */
  urlOf(service: ServiceName): string;
  token(role: Role, options?: { readonly workspace?: string; readonly lifetimeSeconds?: number }): Promise<string>;
  /** The graph as the person of a role. */
  graph(role: Role): Promise<GraphClient>;
  /** Live inference as the person of a role. */
  inference(role: Role): Promise<InferenceClient>;
}

/**
 * Starts every service on random ports and a folder of its own, the way `npm start` does, and gives clients of its public doors.
 * Disposing stops the platform and removes the folder:
 *
 *     await using platform = await network();
 */
export async function network(request: LaunchRequest = {}): Promise<Network> {
  const launched = await launch(request);
  const gateway = `http://127.0.0.1:${launched.port}`;
  const issuer = await LocalIssuer.open({ folder: join(launched.data, 'issuer'), issuer: gateway, nodeEnv: 'test' });
  const clients: { close(): unknown }[] = [];
  const kept = <T extends { close(): unknown }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const token: Network['token'] = (role, options) => issuer.tokenForRole(role, options);
  return {
    launched,
    urlOf: (service) => `http://127.0.0.1:${launched.port + PORT_OFFSET[service]}`,
    token,
    graph: async (role) => kept(new GraphClient(gateway, await token(role))),
    inference: async (role) =>
      kept(new InferenceClient(`127.0.0.1:${launched.grpcPort + PORT_OFFSET.serving}`, await token(role))),
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(clients.map((client) => client.close()));
      await launched.stop();
      if (request.data === undefined) discard(launched);
    },
  };
}

const PORT_OFFSET = Object.fromEntries([
  ['gateway', 0],
  ...SERVICES.filter((service) => service !== 'gateway').map((service, index) => [service, index + 1] as const),
]) as Readonly<Record<ServiceName, number>>;
