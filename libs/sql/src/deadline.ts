import { Problem } from '#libs/problem';

/** Runs `work` with a signal that aborts at the deadline or when the caller's does, and says which of the two it was. */
export async function withDeadline<T>(
  deadlineMs: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(deadlineMs);
  const signal = caller ? AbortSignal.any([timeout, caller]) : timeout;
  try {
    return await work(signal);
  } catch (error) {
    if (caller?.aborted) throw new Problem('cancelled', 'sql/cancelled', 'the statement was cancelled');
    if (timeout.aborted)
      throw new Problem('deadline', 'sql/deadline', `the statement took more than ${deadlineMs} ms`, { deadlineMs });
    throw error;
  }
}
