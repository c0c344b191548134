import { Inject, Injectable } from '@nestjs/common';
import type { ObjectStore } from '#libs/objects';
import { identifier, type MaterializedObject, type SqlEngine } from '#libs/sql';
import { OBJECTS } from '#libs/storage';
import type { ObjectReference } from '../run/run.js';
import { SQL } from '../tokens.js';
import type { TrainingSet } from '../training-set/training-set.js';

const PARQUET = 'application/vnd.apache.parquet';
/** Rows on which the registry proves parity again. */
const PARITY_ROWS = 2_000;

/** Forecasts by place in the training set. */
export interface PlacedForecasts {
  readonly places: ArrayLike<number>;
  readonly probabilities: Float64Array;
}

/** The files that show what a version forecast. */
export interface ForecastFiles {
  /** `row_key, moment, label, probability` of every test row. */
  readonly forecasts: ObjectReference;
  /** Every feature and `probability` of an even sample of them. */
  readonly parityRows: ObjectReference;
}

/** Writes forecasts next to the rows they are of, as Parquet in the object store. */
@Injectable()
export class ForecastFileWriter {
  constructor(
    @Inject(SQL) private readonly sql: SqlEngine,
    @Inject(OBJECTS) private readonly objects: ObjectStore,
  ) {}

  async write(
    workspace: string,
    set: TrainingSet,
    { places, probabilities }: PlacedForecasts,
    signal: AbortSignal,
  ): Promise<ForecastFiles> {
    const stride = Math.max(1, Math.ceil(places.length / PARITY_ROWS));
    const lines = Array.from(places, (place, row) => `${place},${probabilities[row]},${row % stride === 0 ? 1 : 0}`);
    const csv = await this.objects.put(workspace, Buffer.from(['place,probability,sampled', ...lines, ''].join('\n')), {
      signal,
    });
    const types = { place: 'BIGINT', probability: 'DOUBLE', sampled: 'INTEGER' };
    const forecasts = await this.sql.ingest({ workspace, object: csv.hash, format: 'csv', types, signal });
    const tables = {
      training_set: { workspace, objects: [set.object.hash], rowNumberAs: 'place' },
      forecasts: { workspace, objects: [forecasts.hash] },
    };
    const join = 'from training_set t join forecasts f on f.place = t.place';
    const features = set.features.map(({ name }) => `t.${identifier(name)}`).join(', ');
    const make = (sql: string): Promise<MaterializedObject> => this.sql.materialize({ workspace, sql, tables, signal });
    const all = await make(`select t.row_key, t.moment, t.label, f.probability ${join} order by t.place`);
    const sample = await make(`select ${features}, f.probability ${join} where f.sampled = 1 order by t.place`);
    return { forecasts: referenceTo(all), parityRows: referenceTo(sample) };
  }
}

function referenceTo({ hash, sizeBytes }: MaterializedObject): ObjectReference {
  return { hash, sizeBytes, mediaType: PARQUET };
}
