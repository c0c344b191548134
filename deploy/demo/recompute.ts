import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Recomputes every euro of a report from the decisions alone: it knows the Parquet file, the payoffs and arithmetic in cents, and uses no
 * code of the platform. Exit status 1 where a single cent differs.
 *
 *   npm run recompute -- --predictions FILE --report FILE [--payoffs FILE]
 */
interface Line {
  readonly month: string;
  readonly version: number | null;
  readonly arm: string;
  readonly decisions: number;
  readonly value: string;
}

const { values: options } = parseArgs({
  options: {
    predictions: { type: 'string' },
    report: { type: 'string' },
    payoffs: { type: 'string', default: 'deploy/demo/flights/payoffs.json' },
  },
});

function cents(amount: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount)!;
  const size = BigInt(whole!) * 100n + BigInt(fraction.padEnd(2, '0'));
  return sign ? -size : size;
}

async function main(predictions: string, reportFile: string, payoffsFile: string): Promise<number> {
  const payoffs = JSON.parse(readFileSync(payoffsFile, 'utf8')) as Readonly<Record<string, string>>;
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as { readonly value: readonly Line[] };
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`set timezone = 'UTC'`);
  const result = await connection.runAndReadAll(
    `with priced as (
       select strftime(date_trunc('month', decided_at), '%Y-%m-01') as month, version, arm, value_eur,
              case when outcome is null then null when act and outcome then $tp when act then $fp when outcome then $fn else $tn end as cents
         from read_parquet($file))
     select month, version, arm, count(*)::int as decisions, coalesce(sum(cents), 0)::varchar as cents,
            count(*) filter (where (value_eur * 100)::bigint is distinct from cents)::int as differing
       from priced group by month, version, arm order by month, version, arm`,
    {
      file: predictions,
      tp: cents(payoffs['truePositive']!),
      fp: cents(payoffs['falsePositive']!),
      fn: cents(payoffs['falseNegative']!),
      tn: cents(payoffs['trueNegative']!),
    },
  );
  let wrong = 0;
  for (const row of result.getRowObjectsJS()) {
    const line = report.value.find(
      ({ month, version, arm }) => month === row['month'] && version === Number(row['version']) && arm === row['arm'],
    );
    const same =
      line !== undefined &&
      cents(line.value) === BigInt(String(row['cents'])) &&
      line.decisions === Number(row['decisions']) &&
      row['differing'] === 0;
    if (!same) wrong++;
    process.stdout.write(
      `${String(row['month'])} version ${String(row['version'])} ${String(row['arm'])}: ${(Number(row['cents']) / 100).toFixed(2)} ${same ? 'as reported' : `but the report says ${line?.value ?? 'nothing'}`}\n`,
    );
  }
  process.stdout.write(wrong === 0 ? 'every euro recomputed to the cent\n' : `${wrong} lines differ\n`);
  return wrong === 0 ? 0 : 1;
}

if (!options.predictions || !options.report) {
  process.stderr.write('npm run recompute -- --predictions FILE --report FILE [--payoffs FILE]\n');
  process.exitCode = 2;
} else {
  process.exitCode = await main(options.predictions, options.report, options.payoffs);
}
