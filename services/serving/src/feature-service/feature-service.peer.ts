import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { FeaturesServiceService, type Feature } from '#contracts/features/v1/features';
import { ValueType, type Column } from '#contracts/platform/v1/object';
import { grpcPeer } from '#libs/grpc';
import { IDENTITY, type HostIdentity } from '#libs/host';
import { Problem } from '#libs/problem';
import { Batcher } from '../batch/batcher.js';
import type { ServingEnv } from '../env.js';
import { ENV } from '../tokens.js';
import type { FeatureService, NamedType, ValueColumn } from './feature-service.js';
import { columnFromProto, columnToProto } from './value-column.proto.js';

const DEADLINE_MS = 5_000;
/** A feature service does not change under its id, so this bounds memory, not age. */
const REMEMBERED = 200;
const MAX_READS = 16;
const MAX_CALLS = 3;

/** Rows of one feature service, each at its moment. */
export interface FeatureRead {
  readonly columns: readonly ValueColumn[];
  readonly momentsMs: readonly number[];
}

/** Asks the features service what a vector is, and reads vectors; reads that arrive together share a call. */
@Injectable()
export class FeatureServicePeer implements OnModuleDestroy {
  private readonly features;
  private readonly known = new Map<string, Promise<FeatureService>>();
  private readonly reads = new Map<string, Batcher<FeatureRead, readonly ValueColumn[]>>();

  constructor(@Inject(ENV) env: ServingEnv, @Inject(IDENTITY) identity: HostIdentity) {
    this.features = grpcPeer(FeaturesServiceService, {
      address: env.FEATURES_ADDRESS,
      name: 'features',
      authorization: identity.authorization,
    });
  }

  /** @throws Problem not-found for an unknown one */
  get(workspace: string, id: string): Promise<FeatureService> {
    const key = `${workspace}/${id}`;
    const known = this.known.get(key);
    if (known) return known;
    const asked = this.ask(workspace, id);
    if (this.known.size >= REMEMBERED) this.known.delete(this.known.keys().next().value!);
    this.known.set(key, asked);
    asked.catch(() => this.known.delete(key));
    return asked;
  }

  /** The vectors of rows as known at their moments; columns in the service's order. */
  read(workspace: string, featureServiceId: string, rows: FeatureRead): Promise<readonly ValueColumn[]> {
    const key = `${workspace}/${featureServiceId}`;
    let batcher = this.reads.get(key);
    if (!batcher) {
      for (const [other, { isIdle }] of this.reads) if (this.reads.size >= REMEMBERED && isIdle) this.reads.delete(other);
      batcher = new Batcher((reads) => this.readAll(workspace, featureServiceId, reads), {
        maxItems: MAX_READS,
        maxCalls: MAX_CALLS,
      });
      this.reads.set(key, batcher);
    }
    return batcher.ask(rows);
  }

  onModuleDestroy(): void {
    this.features.close();
  }

  private async ask(workspace: string, id: string): Promise<FeatureService> {
    const { featureService } = await this.features.getFeatureService(
      { featureService: id },
      { workspace, deadlineMs: DEADLINE_MS },
    );
    const { requestColumns, features, rowKey, name } = featureService!;
    return {
      id: featureService!.id,
      name,
      rowKey,
      requestColumns: requestColumns.map(namedType),
      features: features.map(namedType),
    };
  }

  private async readAll(
    workspace: string,
    featureService: string,
    reads: readonly FeatureRead[],
  ): Promise<readonly (readonly ValueColumn[])[]> {
    const rows = joinColumns(reads.map(({ columns }) => columns)).map(columnToProto);
    const asOf = reads.flatMap(({ momentsMs }) => momentsMs.map((ms) => new Date(ms)));
    const { features } = await this.features.readOnline({ featureService, rows, asOf }, { workspace, deadlineMs: DEADLINE_MS });
    const columns = features.map((column: Column) => columnFromProto(column));
    let start = 0;
    return reads.map(({ momentsMs }) => {
      const end = start + momentsMs.length;
      const part = columns.map((column) => cut(column, start, end));
      start = end;
      return part;
    });
  }
}

function namedType({ name, type }: Pick<Feature, 'name' | 'type'>): NamedType {
  if (type === ValueType.VALUE_TYPE_NUMBER) return { name, type: 'number' };
  if (type === ValueType.VALUE_TYPE_TEXT) return { name, type: 'text' };
  throw new Problem('conflict', 'serving/column-type', `'${name}' is neither a number nor a text, so no request can carry it`, {
    name,
  });
}

/** The rows of several reads of one service one after another: all bring the same columns in the same order. */
function joinColumns(reads: readonly (readonly ValueColumn[])[]): readonly ValueColumn[] {
  return reads[0]!.map((first, place) => {
    const parts = reads.map((columns) => columns[place]!);
    return first.kind === 'number'
      ? { name: first.name, kind: 'number', values: parts.flatMap((part) => (part.kind === 'number' ? part.values : [])) }
      : { name: first.name, kind: 'text', values: parts.flatMap((part) => (part.kind === 'text' ? part.values : [])) };
  });
}

function cut(column: ValueColumn, start: number, end: number): ValueColumn {
  return column.kind === 'number'
    ? { ...column, values: column.values.slice(start, end) }
    : { ...column, values: column.values.slice(start, end) };
}
