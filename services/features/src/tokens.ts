/** Injection token of the parsed environment. */
export const ENV = Symbol('environment');
/** Injection token of the `SqlEngine`. */
export const SQL = Symbol('SQL engine');
/** Injection token of the `OnlineStore`. */
export const ONLINE = Symbol('online store');
