import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderObjectStore } from '#libs/objects';
import { DuckDbSqlEngine, type DuckDbOptions } from './duckdb-sql-engine.js';
import type { FileFormat, IngestRequest, MaterializedObject, TableSource } from './sql-engine.js';

/** An engine over an empty store in a folder of its own, for the specs of this library. */
export interface EngineFixture extends AsyncDisposable {
  readonly engine: DuckDbSqlEngine;
  readonly objects: FolderObjectStore;
  readonly folder: string;
  /** Stores raw content and ingests it. */
  ingest(content: string | Uint8Array, format: FileFormat, options?: Partial<IngestRequest>): Promise<MaterializedObject>;
  ingestFile(path: string, format: FileFormat): Promise<MaterializedObject>;
}

export const WORKSPACE = 'w1';

export const sourceOf = (object: { readonly hash: string }): TableSource => ({ workspace: WORKSPACE, objects: [object.hash] });

export async function engineFixture(options: Partial<DuckDbOptions> = {}): Promise<EngineFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sql-'));
  const objects = await FolderObjectStore.open(join(folder, 'objects'));
  const engine = await DuckDbSqlEngine.open({ objects, workFolder: join(folder, 'work'), ...options });
  const ingest: EngineFixture['ingest'] = async (content, format, more = {}) => {
    const { hash } = await objects.put(WORKSPACE, Buffer.from(content));
    return engine.ingest({ workspace: WORKSPACE, object: hash, format, ...more });
  };
  return {
    engine,
    objects,
    folder,
    ingest,
    ingestFile: async (path, format) => ingest(await readFile(path), format),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
