import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from '#libs/config';
import { Problem } from '#libs/problem';

const amount = z.string().regex(/^-?\d+(\.\d{1,2})?$/);
const payoffsFile = z.object({
  currency: z.string().length(3),
  truePositive: amount,
  falsePositive: amount,
  trueNegative: amount,
  falseNegative: amount,
});
/** The four payoffs, as the file states them. */
export type PayoffsFile = z.infer<typeof payoffsFile>;

export interface DemoOptions {
  readonly port: number;
  readonly grpcPort: number;
  readonly data: string;
  readonly split: boolean;
  /** Leave the platform up with the story's data. */
  readonly keep: boolean;
  /** Share of the flights of June to December that are served, 0 to 1. */
  readonly share: number;
  readonly report: string | undefined;
  readonly predictions: string | undefined;
  readonly permuteLabels: boolean;
  readonly payoffs: PayoffsFile;
}

export const USAGE = `npm run demo -- [options]
  --report FILE        the report as JSON besides
  --predictions FILE   every decision as Parquet
  --sample PERCENT     share of the flights of June to December that are served (15)
  --all                all of them
  --payoffs FILE       other payoffs than deploy/demo/flights/payoffs.json
  --permute-labels     shuffles the outcomes first: nothing can be learned, and the gates must say so
  --keep               leaves the platform up with the story's data
  --split              each service in its own process
  --port N, --grpc-port N, --data FOLDER (.millrace/demo)`;

const DEFAULT_PAYOFFS = resolve('deploy/demo/flights/payoffs.json');

function readPayoffs(file: string): PayoffsFile {
  const parsed = payoffsFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Problem(
      'invalid',
      'demo/payoffs',
      `${file}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    );
  return parsed.data;
}

/** Reads the demo's options; undefined where help was asked for. */
export function readOptions(args: readonly string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      report: { type: 'string' },
      predictions: { type: 'string' },
      sample: { type: 'string', default: '15' },
      all: { type: 'boolean', default: false },
      payoffs: { type: 'string', default: DEFAULT_PAYOFFS },
      'permute-labels': { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      split: { type: 'boolean', default: false },
      port: { type: 'string', default: '4000' },
      'grpc-port': { type: 'string', default: '5000' },
      data: { type: 'string', default: '.millrace/demo' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const percent = Number(values.sample);
  if (!(percent > 0 && percent <= 100))
    throw new Problem('invalid', 'demo/sample', '--sample is more than 0 and at most 100 per cent');
  return {
    port: Number(values.port),
    grpcPort: Number(values['grpc-port']),
    data: resolve(values.data),
    split: values.split,
    keep: values.keep,
    share: values.all ? 1 : percent / 100,
    report: values.report,
    predictions: values.predictions,
    permuteLabels: values['permute-labels'],
    payoffs: readPayoffs(values.payoffs),
  };
}
