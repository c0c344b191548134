/** Injection token of the parsed environment. */
export const ENV = Symbol('environment');
