import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Problem } from '#libs/problem';

export interface LaunchOptions {
  /** The gateway's port; services follow at +1 … +7, PostgreSQL at +10. */
  readonly port: number;
  /** Services' gRPC doors are at +1 … +7. */
  readonly grpcPort: number;
  /** The data folder, absolute. */
  readonly data: string;
  /** Each service in a process of its own. */
  readonly split: boolean;
}

export const USAGE = `npm start -- [options]
  --port N        the gateway's port; services at N+1 … N+7, PostgreSQL at N+10   (4000)
  --grpc-port N   gRPC doors at N+1 … N+7                                         (5000)
  --data FOLDER   where everything is kept                                        (.millrace)
  --split         each service in a process of its own
Environment: DATABASE_URL uses that PostgreSQL (an administrator's address) and starts none; LOG_LEVEL (warn).`;

const HIGHEST_BASE = 65_535 - 10;

/**
 * Reads the launcher's options; undefined where help was asked for.
 * @throws Problem invalid naming the option
 */
export function readOptions(args: readonly string[]): LaunchOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const port = portBase('--port', values.port);
  const grpcPort = portBase('--grpc-port', values['grpc-port']);
  if (Math.abs(port - grpcPort) <= 10)
    throw invalid('--grpc-port', `--grpc-port ${grpcPort} is too close to --port ${port}: their ranges overlap`);
  return { port, grpcPort, data: resolve(values.data), split: values.split };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4000' },
        'grpc-port': { type: 'string', default: '5000' },
        data: { type: 'string', default: '.millrace' },
        split: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw invalid('arguments', `${(error as Error).message}\n${USAGE}`);
  }
}

function portBase(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1024 && port <= HIGHEST_BASE) return port;
  throw invalid(option, `${option} must be a number from 1024 to ${HIGHEST_BASE}, not ${JSON.stringify(text)}`);
}

function invalid(option: string, detail: string): Problem {
  return new Problem('invalid', 'launcher/option', detail, { option });
}
