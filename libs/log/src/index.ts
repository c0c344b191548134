import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Never in a log line, whatever a caller passes. */
const SECRETS = [
  'authorization',
  'token',
  'password',
  'secret',
  '*.authorization',
  '*.token',
  '*.password',
  '*.secret',
  'req.headers.authorization',
];

export interface LogOptions {
  readonly service: string;
  readonly level: string;
  readonly version?: string;
  /** Standard output where left out. */
  readonly destination?: DestinationStream;
}

/** JSON lines `{time, level, msg, service, …}`: `msg` is a constant sentence, what varies are fields. */
export function createLog({ service, level, version = '0.1.0', destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service, version },
    redact: { paths: SECRETS, censor: '[removed]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.err },
  };
  return destination ? pino(options, destination) : pino(options);
}
