import { writeFile, open } from 'node:fs/promises';
import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import bindings from '@duckdb/node-bindings';
import { Problem } from '#libs/problem';
import { needsExactness, packingOf, type Packing } from './packing.js';
import { judge, keep } from './prepared-select.js';
import type { JobOf, PackedColumn, PackedResult } from './protocol.js';
import { lock } from './sandbox.js';
import { schemaOf } from './table-schema.js';
import type { ColumnSchema } from './sql-engine.js';

const RESULT = '__result';
const MAX_EXACT = 2 ** 53;

/** A column while it is filled; `valid` appears with the first null. */
interface Filling {
  readonly schema: ColumnSchema;
  readonly packing: Packing;
  readonly bytes: Uint8Array;
  /** The texts as JSON. */
  readonly dictionary: Uint8Array | null;
  valid: Uint8Array | null;
  nullCount: number;
}

/** Runs the SELECT and writes its columns as plain arrays into one file, which the parent maps onto typed arrays. */
export async function columnsJob(connection: DuckDBConnection, job: JobOf<'columns'>, threads: number): Promise<PackedResult> {
  await judge(connection, job.sql, { tables: job.tables.map((table) => table.name), deterministic: job.deterministic });
  await lock(connection, job.deterministic ? 1 : threads);
  await keep(connection, RESULT, job.sql, job.params, job.maxRows + 1);
  const { rowCount: keptRows, columns } = await schemaOf(connection, RESULT);
  const truncated = keptRows > job.maxRows;
  if (truncated && job.overflow === 'refuse') {
    throw new Problem('too-large', 'sql/too-many-rows', `the result has more than ${job.maxRows} rows`, { maxRows: job.maxRows });
  }
  const rowCount = Math.min(keptRows, job.maxRows);
  const fillings = await prepare(connection, columns, rowCount, job.maxBytes);
  await fill(connection, fillings, rowCount);
  return { rowCount, truncated, ...(await writePacked(job.outFile, fillings)) };
}

async function prepare(
  connection: DuckDBConnection,
  columns: readonly ColumnSchema[],
  rowCount: number,
  maxBytes: number,
): Promise<Filling[]> {
  const packings = columns.map((schema) => packingOf(schema.name, schema.type));
  const bytes = packings.reduce((sum, packing) => sum + packing.widthBytes * rowCount, 0);
  if (bytes > maxBytes) {
    throw new Problem('too-large', 'sql/result-too-large', `the result has ${bytes} bytes, ${maxBytes} are allowed`, {
      bytes,
      maxBytes,
    });
  }
  const fillings: Filling[] = [];
  for (const [index, schema] of columns.entries()) {
    const packing = packings[index]!;
    const dictionary = packing.kind === 'string' ? await dictionaryOf(connection, packing.expression, index) : null;
    fillings.push({
      schema,
      packing,
      bytes: new Uint8Array(packing.widthBytes * rowCount),
      dictionary,
      valid: null,
      nullCount: 0,
    });
  }
  return fillings;
}

/**
 * DuckDB codes texts as an ENUM in its own vectors, a hundred times faster than strings cross into JavaScript; the dictionary
 * crosses as one JSON text.
 */
async function dictionaryOf(connection: DuckDBConnection, expression: string, index: number): Promise<Uint8Array> {
  const values = `__values_${index}`;
  await connection.run(
    `CREATE TEMP TABLE ${values} AS SELECT DISTINCT ${expression} AS v FROM ${RESULT} WHERE ${expression} IS NOT NULL`,
  );
  await connection.run(`CREATE TYPE __dictionary_${index} AS ENUM (SELECT v FROM ${values} ORDER BY v)`);
  const reader = await connection.runAndReadAll(`SELECT coalesce(to_json(list(v ORDER BY v))::VARCHAR, '[]') FROM ${values}`);
  await connection.run(`DROP TABLE ${values}`);
  return new TextEncoder().encode(String(reader.getRows()[0]![0]));
}

async function fill(connection: DuckDBConnection, fillings: readonly Filling[], rowCount: number): Promise<void> {
  const select = fillings.map(({ packing }, index) => {
    const code = `enum_code(${packing.expression}::__dictionary_${index})::INTEGER`;
    return `${packing.kind === 'string' ? code : packing.expression} AS c${index}`;
  });
  const result = await connection.stream(`SELECT ${select.join(', ')} FROM ${RESULT} LIMIT ${rowCount}`);
  const filled = await fillFrom(result, fillings, rowCount);
  if (filled !== rowCount) throw new Error(`${filled} of ${rowCount} rows were read`);
  for (const filling of fillings) finish(filling);
}

async function fillFrom(result: DuckDBResult, fillings: readonly Filling[], rowCount: number): Promise<number> {
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const rows = chunk.rowCount;
    for (const [index, filling] of fillings.entries()) {
      const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
      const width = filling.packing.widthBytes;
      filling.bytes.set(bindings.vector_get_data(vector, rows * width), at * width);
      const bits: Uint8Array | null = bindings.vector_get_validity(vector, Math.ceil(rows / 64) * 8);
      if (bits) markNulls(filling, bits, at, rows, rowCount);
    }
    at += rows;
  }
  return at;
}

function markNulls(filling: Filling, bits: Uint8Array, at: number, rows: number, rowCount: number): void {
  for (let row = 0; row < rows; row++) {
    if ((bits[row >> 3]! >> (row & 7)) & 1) continue;
    filling.valid ??= new Uint8Array(rowCount).fill(1);
    filling.valid[at + row] = 0;
    filling.nullCount++;
  }
}

/** Gives missing values the one value their kind promises, and checks that wide integers survived. */
function finish(filling: Filling): void {
  const { packing, bytes, valid, schema } = filling;
  const values = arrayOf(packing, bytes);
  if (valid) {
    const missing = { float32: NaN, float64: NaN, timestamp: NaN, date: NaN, int32: 0, boolean: 0, string: -1 }[packing.kind];
    for (let row = 0; row < valid.length; row++) if (valid[row] === 0) values[row] = missing;
  }
  if (!needsExactness(schema.type)) return;
  for (const value of values) {
    if (Math.abs(value) < MAX_EXACT || Number.isNaN(value)) continue;
    const detail = `column ${schema.name} holds integers beyond 2^53; cast it to VARCHAR or DOUBLE`;
    throw new Problem('invalid', 'sql/integer-too-large', detail, { column: schema.name });
  }
}

function arrayOf(packing: Packing, bytes: Uint8Array): Float32Array | Float64Array | Int32Array | Uint8Array {
  const buffer = bytes.buffer as ArrayBuffer;
  if (packing.widthBytes === 8) return new Float64Array(buffer);
  if (packing.widthBytes === 1) return bytes;
  return packing.kind === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer);
}

async function writePacked(file: string, fillings: readonly Filling[]): Promise<Pick<PackedResult, 'columns' | 'sizeBytes'>> {
  await writeFile(file, '', { flag: 'wx', mode: 0o600 });
  const handle = await open(file, 'r+');
  let at = 0;
  const append = async (bytes: Uint8Array): Promise<number> => {
    const start = at;
    for (let done = 0; done < bytes.length;)
      done += (await handle.write(bytes, done, bytes.length - done, start + done)).bytesWritten;
    at = start + Math.ceil(bytes.length / 8) * 8;
    return start;
  };
  try {
    const columns: PackedColumn[] = [];
    for (const filling of fillings) {
      const { schema, packing, nullCount } = filling;
      const valuesAt = await append(filling.bytes);
      const validAt = filling.valid ? await append(filling.valid) : null;
      const words = filling.dictionary;
      const dictionary = words && { at: await append(words), bytes: words.length };
      columns.push({ ...schema, kind: packing.kind, nullCount, valuesAt, validAt, dictionary });
    }
    await handle.truncate(at);
    return { columns, sizeBytes: at };
  } finally {
    await handle.close();
  }
}
