import { Inject, Injectable } from '@nestjs/common';
import type { EntityChunk, OnlineStore } from '#libs/online-store';
import type { SqlEngine } from '#libs/sql';
import { fractionBitsFor } from '#libs/timeline';
import type { DatasetVersion } from '../dataset/dataset.js';
import { measuredColumns, type FeatureView } from '../feature-view/feature-view.js';
import { ONLINE, SQL } from '../tokens.js';
import type { MaterializationResult } from './materialization.js';
import { viewRowsOf } from './view-rows.columns.js';
import { POSITION, SOURCE, viewRowsSelect } from './view-rows.sql.js';
import { rowsWithoutKey, viewTimelines, type ViewRows } from './view-timelines.js';

/** Told after each batch; the work stops with what it throws. */
export type OnProgress = (progress: number, entries: number) => Promise<void>;

const READ_DEADLINE_MS = 300_000;
const CHUNKS_A_BATCH = 500;
const PROGRESS_READ = 0.3;

/** Brings the rows of one dataset version into the online store as a generation that nobody reads yet. */
@Injectable()
export class ViewLoader {
  constructor(
    @Inject(SQL) private readonly sql: SqlEngine,
    @Inject(ONLINE) private readonly online: OnlineStore,
  ) {}

  async load(
    view: FeatureView,
    version: DatasetVersion,
    generation: string,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<MaterializationResult> {
    const source = { workspace: view.workspace, objects: [version.objectHash], rowNumberAs: POSITION };
    const result = await this.sql.columns({
      sql: viewRowsSelect(view),
      tables: { [SOURCE]: source },
      deadlineMs: READ_DEADLINE_MS,
      signal,
    });
    const rows = viewRowsOf(view, result);
    const fractionBits = gridOf(view, rows);
    await onProgress(PROGRESS_READ, 0);
    const entries = await this.store(view, rows, fractionBits, generation, onProgress);
    return { entries, fractionBits, skippedRows: version.rowCount - rows.rowCount + rowsWithoutKey(rows) };
  }

  private async store(
    view: FeatureView,
    rows: ViewRows,
    fractionBits: Readonly<Record<string, number>>,
    generation: string,
    onProgress: OnProgress,
  ): Promise<number> {
    let entries = 0;
    let batch: EntityChunk[] = [];
    const flush = async (rowsDone: number): Promise<void> => {
      await this.online.append(view.workspace, generation, batch);
      batch = [];
      await onProgress(PROGRESS_READ + ((1 - PROGRESS_READ) * rowsDone) / Math.max(1, rows.rowCount), entries);
    };
    for (const { rowsDone, ...chunk } of viewTimelines(view, rows, fractionBits)) {
      batch.push(chunk);
      entries += chunk.entryCount;
      if (batch.length === CHUNKS_A_BATCH) await flush(rowsDone);
    }
    await flush(rows.rowCount);
    return entries;
  }
}

function gridOf(view: FeatureView, rows: ViewRows): Record<string, number> {
  if (view.kind === 'latest') return {};
  const present = (values: ArrayLike<number>): number[] => Array.from(values).filter((value) => !Number.isNaN(value));
  return Object.fromEntries(measuredColumns(view).map((column, i) => [column, fractionBitsFor(present(rows.measured[i]!))]));
}
