/**
 * Records as JSON for a jsonb column: JSON has neither dates nor whole numbers beyond 2^53, so both travel tagged.
 * `fromJson(toJson(record))` equals the record.
 */
export function toJson(record: unknown): unknown {
  if (isDate(record)) return { $date: record.toISOString() };
  if (typeof record === 'bigint') return { $bigint: String(record) };
  if (Array.isArray(record)) return record.map(toJson);
  if (record === null || typeof record !== 'object') return record;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, toJson(value)]));
}

/** By its tag: a date that crossed a thread may be of another realm, where `instanceof` fails. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

export function fromJson<Record>(stored: unknown): Record {
  return revive(stored) as Record;
}

function revive(stored: unknown): unknown {
  if (Array.isArray(stored)) return stored.map(revive);
  if (stored === null || typeof stored !== 'object') return stored;
  const { $date, $bigint } = stored as { readonly $date?: string; readonly $bigint?: string };
  if (typeof $date === 'string') return new Date($date);
  if (typeof $bigint === 'string') return BigInt($bigint);
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, revive(value)]));
}
