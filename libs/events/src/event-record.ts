import { Problem } from '#libs/problem';

/** One event on the wire: protobuf bytes under a CloudEvents 1.0 envelope (binary mode). */
export interface EventRecord {
  /** `ce_id`: consumers are idempotent on it. */
  readonly id: string;
  /** `ce_type`: fully qualified message name. */
  readonly type: string;
  /** `ce_source`: the service that owns the fact. */
  readonly source: string;
  /** `ce_time`: event time of the fact, not the time of writing. */
  readonly time: Date;
  readonly workspace: string;
  readonly topic: string;
  readonly key: string;
  readonly payload: Uint8Array;
  /** W3C trace context of the transaction that appended it. */
  readonly traceparent?: string;
}

/** Header names as they travel, in every implementation of the log. */
export interface EventHeaders {
  readonly ce_specversion: '1.0';
  readonly ce_id: string;
  readonly ce_type: string;
  readonly ce_source: string;
  readonly ce_time: string;
  readonly workspace: string;
  readonly traceparent?: string;
}

/** Most bytes of one message: brokers refuse more by default, and bulk rows travel as object references. */
export const MAX_PAYLOAD_BYTES = 1_000_000;
/** Most records of one `publish`. */
export const MAX_PUBLISH_RECORDS = 1_000;
const MAX_KEY_CHARS = 512;

export function toHeaders(record: EventRecord): EventHeaders {
  const { id, type, source, time, workspace, traceparent } = record;
  const headers = {
    ce_specversion: '1.0' as const,
    ce_id: id,
    ce_type: type,
    ce_source: source,
    ce_time: time.toISOString(),
    workspace,
  };
  return traceparent === undefined ? headers : { ...headers, traceparent };
}

/** The inverse of `toHeaders`, with what the log keeps beside the headers. */
export function fromHeaders(headers: EventHeaders, topic: string, key: string, payload: Uint8Array): EventRecord {
  const record = {
    id: headers.ce_id,
    type: headers.ce_type,
    source: headers.ce_source,
    time: new Date(headers.ce_time),
    workspace: headers.workspace,
    topic,
    key,
    payload,
  };
  return headers.traceparent === undefined ? record : { ...record, traceparent: headers.traceparent };
}

/** @throws Problem where the record could not travel on every implementation of the log */
export function checkRecord(record: EventRecord): void {
  const facts = { id: record.id, topic: record.topic };
  if (record.payload.byteLength > MAX_PAYLOAD_BYTES) {
    throw new Problem(
      'too-large',
      'events/payload',
      `${record.payload.byteLength} bytes are more than ${MAX_PAYLOAD_BYTES}`,
      facts,
    );
  }
  if (!record.key || record.key.length > MAX_KEY_CHARS) throw new Problem('invalid', 'events/key', 'an event needs a key', facts);
  if (!record.workspace) throw new Problem('invalid', 'events/workspace', 'an event needs its workspace', facts);
  if (Number.isNaN(record.time.getTime())) throw new Problem('invalid', 'events/time', 'an event needs its event time', facts);
}
