import type { GatewayEnv } from '../env.js';
import { BACKENDS, type Backend } from './backend.js';

/** Each service's HTTP door, without a slash at the end. */
export function backendUrls(env: GatewayEnv): Readonly<Record<Backend, string>> {
  const entries = BACKENDS.map((backend) => {
    const variable = `${backend.toUpperCase()}_URL` as `${Uppercase<Backend>}_URL`;
    return [backend, env[variable].replace(/\/$/, '')] as const;
  });
  return Object.fromEntries(entries) as Record<Backend, string>;
}
