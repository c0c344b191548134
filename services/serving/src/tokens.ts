/** Injection token of the parsed environment. */
export const ENV = Symbol('environment');
/** Injection token of the spool of decisions. */
export const SPOOL = Symbol('spool');
