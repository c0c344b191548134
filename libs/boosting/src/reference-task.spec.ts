import { DuckDBInstance } from '@duckdb/node-api';
import { areaUnderRoc } from '#libs/statistics';
import { categoryColumn, numericColumn, scoreRows, trainBoosting, type LabelledRows } from './index.js';

const DATA = new URL('../../../deploy/demo/flights/data/', import.meta.url).pathname;
const NUMERIC = [
  'month',
  'weekday',
  'minute',
  'distance',
  'temp',
  'humid',
  'wind_speed',
  'precip',
  'pressure',
  'visib',
  'plane_age',
  'seats',
];
const CATEGORIES = ['carrier', 'dest', 'origin'];

/** Flights with an arrival, with what is known before departure; missing numbers are NaN. */
const QUERY = `
  select f.arr_delay > 15 as late, f.month::float as month, dayofweek(make_date(f.year::int, f.month::int, f.day::int))::float as weekday,
    (floor(f.sched_dep_time / 100) * 60 + f.sched_dep_time % 100)::float as minute, f.distance::float as distance,
    ${['temp', 'humid', 'wind_speed', 'precip', 'pressure', 'visib'].map((c) => `coalesce(try_cast(w.${c} as float), 'nan') as ${c}`).join(', ')},
    coalesce((2013 - try_cast(p.year as int))::float, 'nan') as plane_age, coalesce(try_cast(p.seats as float), 'nan') as seats,
    f.carrier, f.dest, f.origin
  from '${DATA}flights.parquet' f
  left join read_csv('${DATA}weather.csv', all_varchar = true) w on w.origin = f.origin and w.time_hour::timestamp = f.time_hour::timestamp
  left join read_csv('${DATA}planes.csv', all_varchar = true) p on p.tailnum = f.tailnum
  where f.arr_delay is not null
  order by f.time_hour, f.sched_dep_time, f.carrier, f.flight, f.origin`;

async function readFlights(): Promise<{ training: LabelledRows; judged: LabelledRows }> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const columns = (await connection.runAndReadAll(QUERY)).getColumnsObject();
  const months = columns['month'] as number[];
  const count = months.length;
  const split = months.findIndex((month) => month > 9);
  const part = (begin: number, end: number): LabelledRows => ({
    count: end - begin,
    labels: Uint8Array.from(columns['late']!.slice(begin, end) as boolean[], Number),
    columns: [
      ...NUMERIC.map((name) => numericColumn(name, Float32Array.from(columns[name]!.slice(begin, end) as number[]))),
      ...CATEGORIES.map((name) => categoryColumn(name, columns[name]!.slice(begin, end) as string[])),
    ],
  });
  return { training: part(0, split), judged: part(split, count) };
}

it('judges the flights of October to December as well as LightGBM does, trained on January to September', async () => {
  const { training, judged } = await readFlights();
  expect([training.count, judged.count]).toEqual([244_737, 82_609]);
  let turns = 0;
  const pulse = setInterval(() => (turns += 1), 20);
  const { model } = await trainBoosting({ training, threads: 2, options: { seed: 1 } });
  clearInterval(pulse);
  expect(turns).toBeGreaterThan(50); // the caller's event loop went on while the threads trained
  const auc = areaUnderRoc(await scoreRows(model, judged), judged.labels);
  expect(auc).toBeGreaterThanOrEqual(0.686);
}, 120_000);
