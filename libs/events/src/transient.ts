/** Conditions of the way, not of the event: class 08 connection, 40 rollback, 53 resources, 57P shutdown, 25006 standby. */
const SQL_STATES = /^(08...|40001|40P01|53...|57P0.|55P03|25006)$/;
const SOCKET_CODES = /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const DRIVER_SENTENCES = /Connection terminated|connection timeout|timeout exceeded when trying to connect|Driver not Connected/i;
const GIVE_TIME = new Set(['unavailable', 'exhausted']);

/** True where the same event will pass later without anybody changing anything: it must wait, never be set aside. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, kind } = error as { readonly code?: unknown; readonly kind?: unknown };
  if (typeof kind === 'string' && GIVE_TIME.has(kind)) return true;
  if (typeof code === 'string' && (SQL_STATES.test(code) || SOCKET_CODES.test(code))) return true;
  return DRIVER_SENTENCES.test(error.message);
}
