/** Injection token of the parsed environment. */
export const ENV = Symbol('environment');
/** Injection token of the `SqlEngine`. */
export const SQL = Symbol('sql engine');
