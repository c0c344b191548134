import pg from 'pg';
import { postgres } from './postgres.js';

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: 'array' })).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('the test PostgreSQL', () => {
  beforeAll(async () => (await postgres()).drop()); // the server itself may have to start

  it('hands out a provisioned database', async () => {
    await using db = await postgres();
    expect(await ask(db.urlOf('registry'), 'select current_user, current_schema()')).toEqual([['millrace_registry', 'registry']]);
    expect(await ask(db.ownerUrlOf('event_log'), 'select current_user, current_schema()')).toEqual([
      ['millrace_event_log_owner', 'event_log'],
    ]);
  });

  it('keeps the databases of two test files apart and removes what was dropped', async () => {
    const one = await postgres();
    await using other = await postgres();
    await ask(one.ownerUrlOf('data'), 'create table seen_here (n int)');
    expect(await ask(other.adminUrl, `select to_regclass('data.seen_here')`)).toEqual([[null]]);
    await one.drop();
    await expect(ask(one.adminUrl, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  });
});
