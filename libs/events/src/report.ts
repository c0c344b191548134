/** Tells the service's log what a background loop met: a constant sentence, values as fields. Never throws. */
export type Report = (sentence: string, facts: Readonly<Record<string, unknown>>) => void;

/** For callers that keep no log. */
export const SILENT: Report = () => undefined;
