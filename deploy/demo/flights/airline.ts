import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

export const DATA_FOLDER = 'deploy/demo/flights/data';
export const SQL_FOLDER = 'deploy/demo/flights/sql';

/** A scheduled flight as the airline's own system knows it, and, once it has happened, its landing. */
export interface Flight {
  readonly key: string;
  readonly carrier: string;
  readonly flight: number;
  readonly origin: string;
  readonly dest: string;
  readonly tailnum: string | null;
  readonly scheduledDeparture: Date;
  readonly decisionAt: Date;
  readonly minuteOfDay: number;
  readonly dayOfWeek: number;
  readonly distance: number;
  readonly blockMinutes: number | null;
  /** Null for a flight that never arrived: cancelled or diverted. */
  readonly late: boolean | null;
  readonly landedAt: Date | null;
}

async function open(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await connection.run(`set timezone = 'UTC'`);
  await connection.run(`create view flights as from '${join(DATA_FOLDER, 'flights.parquet')}'`);
  await connection.run(`create view airports as from '${join(DATA_FOLDER, 'airports.csv')}' where tzone is not null`);
  return connection;
}

type Row = Readonly<Record<string, unknown>>;

function flightOf(row: Row): Flight {
  const number = (name: string): number => Number(row[name]);
  const instant = (name: string): Date => new Date(number(name));
  const missing = (name: string): boolean => row[name] === null;
  return {
    key: String(row['flight_key']),
    carrier: String(row['carrier']),
    flight: number('flight'),
    origin: String(row['origin']),
    dest: String(row['dest']),
    tailnum: missing('tailnum') ? null : String(row['tailnum']),
    scheduledDeparture: instant('departure_ms'),
    decisionAt: instant('decision_ms'),
    minuteOfDay: number('minute_of_day'),
    dayOfWeek: number('day_of_week'),
    distance: number('distance'),
    blockMinutes: missing('block_minutes') ? null : number('block_minutes'),
    late: missing('late') ? null : number('late') === 1,
    landedAt: missing('landed_ms') ? null : instant('landed_ms'),
  };
}

/**
 * The airline's schedule from its own files: flights whose decision falls into [from, to), in the order of their decisions.
 * @param share of the flights, 0 to 1, chosen by a hash of the flight's key, so that every run chooses the same
 */
export async function readSchedule(from: Date, to: Date, share: number): Promise<readonly Flight[]> {
  const connection = await open();
  const schedule = readFileSync(join(SQL_FOLDER, 'schedule.sql'), 'utf8');
  const result = await connection.runAndReadAll(
    `select flight_key, carrier, flight, origin, dest, tailnum, distance, minute_of_day, day_of_week, block_minutes, late,
            epoch_ms(scheduled_departure) as departure_ms, epoch_ms(decision_at) as decision_ms, epoch_ms(landed_at) as landed_ms
       from (${schedule})
      where decision_at >= $from::timestamptz and decision_at < $to::timestamptz
        and ('0x' || substr(md5(flight_key), 1, 8))::ubigint < $bound
      order by decision_at, flight_key`,
    { from: from.toISOString(), to: to.toISOString(), bound: Math.ceil(share * 2 ** 32) },
  );
  const flights = result.getRowObjectsJS().map(flightOf);
  connection.closeSync();
  return flights;
}
