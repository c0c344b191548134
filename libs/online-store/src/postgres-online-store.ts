import type { QueryConfig } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { withWorkspace } from '#libs/database';
import type { EntityChunk, OnlineStore, Probes } from './online-store.js';

const APPEND = `
  insert into timeline_chunk (workspace, generation, entity_key, first_known_ms, payload)
  select $1, $2, t.entity_key, t.first_known_ms, t.payload
    from unnest($3::text[], $4::bigint[], $5::bytea[]) as t(entity_key, first_known_ms, payload)
  on conflict do nothing`;

const PUBLISH = `
  with before as (select generation from timeline_head where workspace = $1 and view = $2 for update),
       after as (insert into timeline_head (workspace, view, generation) values ($1, $2, $3)
                 on conflict (workspace, view) do update set generation = excluded.generation)
  select generation from before`;

// One statement sees one snapshot: a generation published in between cannot mix with the one before it.
const FIND = `
  select probe.place::int4, chunk.payload
    from unnest($2::text[], $3::text[], $4::bigint[]) with ordinality as probe(view, entity_key, moment_ms, place)
    join timeline_head head on head.workspace = $1 and head.view = probe.view
   cross join lateral (
         select c.payload from timeline_chunk c
          where c.workspace = $1 and c.generation = head.generation and c.entity_key = probe.entity_key
            and c.first_known_ms <= probe.moment_ms
          order by c.first_known_ms desc limit 1) chunk`;

const REMOVE = `
  delete from timeline_chunk
   where ctid = any(array(select ctid from timeline_chunk where workspace = $1 and generation = $2 limit $3))
  returning 1`;

const CHUNKS_A_STATEMENT = 500;
const CHUNKS_A_REMOVAL = 2_000;
const PROBES_A_STATEMENT = 50_000;

/** The online store in tables of the service's own schema (`onlineStoreTables`). */
export class PostgresOnlineStore implements OnlineStore {
  constructor(private readonly db: DataSource) {}

  async append(workspace: string, generation: string, chunks: readonly EntityChunk[]): Promise<void> {
    // Short transactions: a long one that writes would hold back every reader of the event log.
    for (let at = 0; at < chunks.length; at += CHUNKS_A_STATEMENT) {
      const part = chunks.slice(at, at + CHUNKS_A_STATEMENT);
      const keys = part.map(({ entityKey }) => entityKey);
      const known = part.map(({ firstKnownMs }) => firstKnownMs);
      const payloads = part.map(({ payload }) => Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
      await withWorkspace(this.db, workspace, (tx) => tx.query(APPEND, [workspace, generation, keys, known, payloads]));
    }
  }

  publish(workspace: string, view: string, generation: string): Promise<string | null> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const [before] = (await tx.query(PUBLISH, [workspace, view, generation])) as readonly { readonly generation: string }[];
      return before?.generation ?? null;
    });
  }

  async find(workspace: string, { views, entityKeys, momentsMs }: Probes): Promise<readonly (Uint8Array | null)[]> {
    const payloads: (Uint8Array | null)[] = Array.from({ length: views.length }, () => null);
    for (let at = 0; at < views.length; at += PROBES_A_STATEMENT) {
      const until = at + PROBES_A_STATEMENT;
      const asked = [workspace, views.slice(at, until), entityKeys.slice(at, until), momentsMs.slice(at, until)];
      const found = await withWorkspace(this.db, workspace, (tx) =>
        preparedRows<[number, Uint8Array]>(tx, 'online-find', FIND, asked),
      );
      for (const [place, payload] of found) payloads[at + place - 1] = payload;
    }
    return payloads;
  }

  async remove(workspace: string, generation: string): Promise<boolean> {
    for (;;) {
      const removed = await withWorkspace(this.db, workspace, async (tx) => {
        const published = (await tx.query(`select 1 from timeline_head where workspace = $1 and generation = $2`, [
          workspace,
          generation,
        ])) as unknown[];
        if (published.length > 0) return null;
        const [gone] = (await tx.query(REMOVE, [workspace, generation, CHUNKS_A_REMOVAL])) as [readonly unknown[], number];
        return gone.length;
      });
      if (removed === null) return false;
      if (removed < CHUNKS_A_REMOVAL) return true;
    }
  }
}

interface PreparingClient {
  query(config: QueryConfig & { readonly rowMode: 'array' }): Promise<{ readonly rows: unknown[] }>;
}

/** A named statement is planned once a connection; TypeORM would have each call planned anew. */
async function preparedRows<Row>(tx: EntityManager, name: string, text: string, values: unknown[]): Promise<readonly Row[]> {
  const client = (await tx.queryRunner!.connect()) as PreparingClient;
  const { rows } = await client.query({ name, text, values, rowMode: 'array' });
  return rows as Row[];
}
