export { hostEnv, peerAddress, storageEnv, type HostEnv } from './env.js';
export { startHost, type HostOptions, type RunningService, type Stoppable } from './host.js';
export type { ReadinessCheck } from './health.js';
export { hostIdentity, type HostIdentity } from './identity.js';
export { runMain } from './run-main.js';
export { IDENTITY, LOG } from './tokens.js';
