import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** What a caller could use to pass for another, or to plant a session, and what would name our software. */
const NOT_PASSED_ON = [
  'host',
  'cookie',
  'set-cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-powered-by',
  'server',
];

/** The headers that go on to the other side. */
export function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const ofThisHop = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...NOT_PASSED_ON, ...ofThisHop]);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.has(name)));
}
