import type { ReadinessCheck } from '#libs/host';
import type { GatewayEnv } from '../env.js';
import { backendUrls } from '../supergraph/backend.urls.js';

const PROBE_DEADLINE_MS = 1_500;

async function reach(url: string): Promise<void> {
  const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(PROBE_DEADLINE_MS), redirect: 'error' });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`status ${response.status}`);
}

/** The gateway is ready when every service can be reached; while one is away the others are still answered for. */
export function backendChecks(env: GatewayEnv): readonly ReadinessCheck[] {
  return Object.entries(backendUrls(env)).map(([name, url]) => ({ name, check: () => reach(url) }));
}
