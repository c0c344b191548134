import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { vectorsFromBytes } from '../decision/decision.proto.js';
import { dayOf } from '../monitor/event-day.js';
import type { DatedVectors, FeatureColumn } from './vector-columns.js';

/** Vectors of one version's decisions, in an order that their arrival does not change. */
export interface ServedVectors extends DatedVectors {
  readonly decidedAt: readonly Date[];
  /** What the callers sent. */
  readonly request: readonly FeatureColumn[];
}

interface Place {
  readonly batchId: string;
  readonly row: number;
  readonly decidedAt: Date;
}

export interface VectorRange {
  readonly endpointId: string;
  readonly versionId: string;
  readonly from: Date;
  readonly to: Date;
  /** Only so many decisions, chosen by a hash of what they are about, so that every replay chooses the same. */
  readonly sample?: number;
  /** Only decisions whose outcome was known by then. */
  readonly labelledBy?: Date;
}

@Injectable()
export class VectorRepository {
  /** Reads each batch once and gathers the rows of the range. */
  async served(tx: EntityManager, range: VectorRange): Promise<ServedVectors> {
    const places = await this.places(tx, range);
    const ids = [...new Set(places.map(({ batchId }) => batchId))];
    const batches = (await tx.query(`select id, columns from served_batch where id = any($1)`, [ids])) as readonly {
      readonly id: string;
      readonly columns: Buffer;
    }[];
    const vectors = new Map(batches.map(({ id, columns }) => [id, vectorsFromBytes(columns)]));
    const gathered = (part: 'features' | 'request'): readonly FeatureColumn[] =>
      gather(places, (batchId) => vectors.get(batchId)![part]);
    return {
      days: places.map(({ decidedAt }) => dayOf(decidedAt)),
      decidedAt: places.map(({ decidedAt }) => decidedAt),
      columns: gathered('features'),
      request: gathered('request'),
    };
  }

  private places(
    tx: EntityManager,
    { endpointId, versionId, from, to, sample, labelledBy }: VectorRange,
  ): Promise<readonly Place[]> {
    return tx.query(
      `select batch_id as "batchId", batch_row as "row", decided_at as "decidedAt" from
         (select * from decision d where endpoint_id = $1 and version_id = $2 and decided_at >= $3 and decided_at < $4
             and ($6::timestamptz is null or exists (select from outcome o where o.workspace = d.workspace and o.decision_id = d.id and o.known_at <= $6))
           order by md5(row_key || decided_at::text) limit $5) chosen
        order by decided_at, row_key, id`,
      [endpointId, versionId, from, to, sample ?? null, labelledBy ?? null],
    );
  }
}

/** Columns of all batches that the rows come from; a row whose batch lacks a column has the missing value there. */
function gather(places: readonly Place[], columnsOf: (batchId: string) => readonly FeatureColumn[]): readonly FeatureColumn[] {
  const kinds = new Map<string, FeatureColumn['kind']>();
  for (const { batchId } of places) for (const { name, kind } of columnsOf(batchId)) if (!kinds.has(name)) kinds.set(name, kind);
  const cell = ({ batchId, row }: Place, name: string, kind: FeatureColumn['kind']): number | string | undefined =>
    columnsOf(batchId).find((column) => column.name === name && column.kind === kind)?.values[row];
  return [...kinds].map(([name, kind]) =>
    kind === 'numbers'
      ? { name, kind, values: Float64Array.from(places, (place) => (cell(place, name, kind) as number | undefined) ?? NaN) }
      : { name, kind, values: places.map((place) => (cell(place, name, kind) as string | undefined) ?? '') },
  );
}
