import type { DuckDBConnection } from '@duckdb/node-api';
import { Problem } from '#libs/problem';
import { csvHeader, requireColumnNames } from './csv-header.js';
import { headOf } from './file-sniff.js';
import { identifier, literal, literals } from './identifier.js';
import { writeParquet } from './materialize-job.js';
import type { JobOf } from './protocol.js';
import { lock } from './sandbox.js';
import type { TableSchema } from './sql-engine.js';
import { columnsOf, schemaOf } from './table-schema.js';
import { inferTypes, requireCastable, requireValues } from './type-inference.js';
import { unreadable } from './unreadable.js';
import { requireUtf8 } from './utf8.js';

const RAW = '__raw';

/** Reads a raw file as what it is said to be, or not at all, and writes its rows, in their order, as Parquet. */
export async function ingestJob(connection: DuckDBConnection, job: JobOf<'ingest'>): Promise<TableSchema> {
  for (const [name, type] of Object.entries(job.types)) requireCastable(name, type);
  const head = await headOf(job.file, job.format);
  if (job.format !== 'parquet') await requireUtf8(job.file, job.format);
  await lock(connection, 1);
  try {
    await connection.run(`CREATE TEMP VIEW ${RAW} AS SELECT * FROM ${readerOf(job, head)}`);
    const columns = await columnsOf(connection, RAW);
    requireColumnNames(columns.map((column) => column.name));
    return await convert(
      connection,
      job,
      columns.map((column) => column.name),
    );
  } catch (error) {
    throw unreadable(error, job.format) ?? error;
  }
}

async function convert(connection: DuckDBConnection, job: JobOf<'ingest'>, names: readonly string[]): Promise<TableSchema> {
  const asked = new Map(Object.entries(job.types));
  const absent = [...asked.keys()].filter((name) => !names.includes(name));
  if (absent.length > 0) throw new Problem('invalid', 'sql/header', `the file has no column ${absent[0]}`, { columns: absent });
  const inferred =
    job.format === 'csv'
      ? await inferTypes(
          connection,
          RAW,
          names.filter((name) => !asked.has(name)),
        )
      : new Map<string, string>();
  await requireValues(connection, RAW, asked);
  const select = names.map((name) => {
    const type = asked.get(name) ?? inferred.get(name);
    return type === undefined ? identifier(name) : `CAST(${identifier(name)} AS ${type}) AS ${identifier(name)}`;
  });
  await connection.run(`CREATE TEMP VIEW __typed AS SELECT ${select.join(', ')} FROM ${RAW}`);
  await writeParquet(connection, job.outFile, 'SELECT * FROM __typed');
  await connection.run(`CREATE TEMP VIEW __stored AS SELECT * FROM read_parquet(${literal(job.outFile)})`);
  return schemaOf(connection, '__stored');
}

function readerOf(job: JobOf<'ingest'>, head: Uint8Array): string {
  const file = literal(job.file);
  switch (job.format) {
    case 'parquet':
      return `read_parquet(${file})`;
    case 'json':
      return `read_json(${file}, format = 'auto', records = true, sample_size = -1, ignore_errors = false)`;
    case 'csv':
      return csvReader(job, file, head);
  }
}

/** Nothing is guessed but the types: a dialect found by trying makes a ragged file look like a tidy one of another shape. */
function csvReader(job: JobOf<'ingest'>, file: string, head: Uint8Array): string {
  if (!/^[,;|\t]$/.test(job.delimiter)) {
    throw new Problem('invalid', 'sql/delimiter', 'fields are parted by a comma, semicolon, bar or tab', {
      delimiter: job.delimiter,
    });
  }
  const names = csvHeader(new TextDecoder().decode(head), job.delimiter);
  requireColumnNames(names);
  const columns = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${file}, auto_detect = false, columns = {${columns}}, header = true, delim = ${literal(job.delimiter)},
    quote = '"', escape = '"', nullstr = ${literals(['', ...job.nullTokens])}, strict_mode = true, null_padding = false,
    ignore_errors = false, encoding = 'utf-8', max_line_size = 4194304)`;
}
