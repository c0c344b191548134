/** Injection token of the service's logger. */
export const LOG = Symbol('log');
/** Injection token of `HostIdentity`. */
export const IDENTITY = Symbol('identity');
