import { DuckDBInstance, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';
import { pages } from '../graph-client.js';
import type { Flight } from './airline.js';
import { ENDPOINT, type Story } from './story.js';

interface DecisionNode {
  readonly id: string;
  readonly decidedAt: string;
  readonly rowKey: string;
  readonly arm: string;
  readonly version: { readonly number: number };
  readonly features: readonly { readonly name: string; readonly number: number | null; readonly text: string | null }[];
  readonly probability: number;
  readonly threshold: number;
  readonly act: boolean;
  readonly override: { readonly by: string } | null;
  readonly outcome: boolean | null;
  readonly outcomeKnownAt: string | null;
  readonly value: { readonly amount: string } | null;
}

const PAGE = 500;
const QUERY = `query Decisions($endpointId: ID!, $after: String) {
  decisions(endpointId: $endpointId, first: ${PAGE}, after: $after) {
    edges { node { id decidedAt rowKey arm version { number } features { name number text } probability threshold act override { by } outcome outcomeKnownAt value { amount } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
interface Answer {
  readonly decisions: {
    readonly edges: readonly { readonly node: DecisionNode }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

type Kind = 'VARCHAR' | 'DOUBLE' | 'BIGINT' | 'BOOLEAN' | 'TIMESTAMPTZ' | 'DECIMAL(18,2)';
type Value = string | number | boolean | null;

const INSTANT: Kind = 'TIMESTAMPTZ';

function columnsOf({ features }: DecisionNode): readonly (readonly [string, Kind])[] {
  return [
    ['decision_id', 'VARCHAR'],
    ['carrier', 'VARCHAR'],
    ['flight', 'BIGINT'],
    ['origin', 'VARCHAR'],
    ['dest', 'VARCHAR'],
    ['scheduled_departure', INSTANT],
    ['decided_at', INSTANT],
    ['endpoint', 'VARCHAR'],
    ['version', 'BIGINT'],
    ['arm', 'VARCHAR'],
    ...features.map(({ name, text }) => [`feature_${name}`, text === null ? 'DOUBLE' : 'VARCHAR'] as const),
    ['probability', 'DOUBLE'],
    ['threshold', 'DOUBLE'],
    ['act', 'BOOLEAN'],
    ['overridden_by', 'VARCHAR'],
    ['outcome', 'BOOLEAN'],
    ['outcome_known_at', INSTANT],
    ['value_eur', 'DECIMAL(18,2)'],
  ];
}

function valuesOf(node: DecisionNode, flight: Flight): readonly Value[] {
  return [
    node.id,
    flight.carrier,
    flight.flight,
    flight.origin,
    flight.dest,
    flight.scheduledDeparture.toISOString(),
    node.decidedAt,
    ENDPOINT,
    node.version.number,
    node.arm,
    ...node.features.map(({ number, text }) => text ?? number),
    node.probability,
    node.threshold,
    node.act,
    node.override?.by ?? null,
    node.outcome,
    node.outcomeKnownAt,
    node.value?.amount ?? null,
  ];
}

/** Numbers keep their bits; everything else is appended as text and cast when the file is written. */
function append(appender: DuckDBAppender, kind: Kind, value: Value): void {
  if (value === null) appender.appendNull();
  else if (kind === 'DOUBLE') appender.appendDouble(value as number);
  else appender.appendVarchar(String(value));
}

async function writeParquet(
  connection: DuckDBConnection,
  columns: readonly (readonly [string, Kind])[],
  file: string,
): Promise<void> {
  const casts = columns.map(([name, kind]) => `"${name}"::${kind} as "${name}"`).join(', ');
  await connection.run(
    `copy (select ${casts} from staged order by decided_at::timestamptz, decision_id) to '${file.replaceAll("'", "''")}' (format parquet)`,
  );
}

/** Writes every decision of the endpoint, as the graph tells it, as Parquet. @returns how many */
export async function writePredictions(
  story: Story,
  endpointId: string,
  flights: readonly Flight[],
  file: string,
  progress: (done: number) => void,
): Promise<number> {
  const byKey = new Map(flights.map((flight) => [flight.key, flight]));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`set timezone = 'UTC'`);
  let columns: readonly (readonly [string, Kind])[] = [];
  let appender: DuckDBAppender | undefined;
  let written = 0;
  const read = async (after: string | null) =>
    (await story.graph.ask<Answer>('ml-engineer', QUERY, { endpointId, after })).decisions;
  for await (const nodes of pages<DecisionNode>(read)) {
    if (nodes.length === 0) break;
    if (!appender) {
      columns = columnsOf(nodes[0]!);
      await connection.run(
        `create table staged (${columns.map(([name, kind]) => `"${name}" ${kind === 'DOUBLE' ? 'DOUBLE' : 'VARCHAR'}`).join(', ')})`,
      );
      appender = await connection.createAppender('staged');
    }
    for (const node of nodes) {
      for (const [place, value] of valuesOf(node, byKey.get(node.rowKey)!).entries()) append(appender, columns[place]![1], value);
      appender.endRow();
    }
    written += nodes.length;
    progress(written);
  }
  appender?.closeSync();
  if (written > 0) await writeParquet(connection, columns, file);
  connection.closeSync();
  return written;
}
