import pg from 'pg';
import { postgres, type TestDatabase } from '#libs/testkit';
import { provision } from './provision.js';
import { ownerRole, runtimeRole, urlFor } from './roles.js';

async function ask(url: string, ...statements: readonly string[]): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: readonly unknown[] = [];
    for (const text of statements) rows = (await client.query({ text, rowMode: 'array' })).rows as unknown[];
    return rows;
  } finally {
    await client.end();
  }
}

describe('provisioning', () => {
  const passwordOf = (role: string): string => `secret of ${role}?/@`;
  const services = ['alpha', 'beta'];
  let db: TestDatabase;
  const runtime = (service: string): string => urlFor(db.adminUrl, runtimeRole(service), passwordOf(runtimeRole(service)));
  const owner = (service: string): string => urlFor(db.adminUrl, ownerRole(service), passwordOf(ownerRole(service)));
  beforeAll(async () => {
    db = await postgres();
    await Promise.all([1, 2, 3].map(() => provision(db.adminUrl, { services, passwordOf })));
    await ask(owner('alpha'), 'create table thing (id int generated always as identity, name text)');
  });
  afterAll(() => db.drop());

  it('lets the runtime role read and write what the owner made, and own nothing', async () => {
    expect(await ask(runtime('alpha'), `insert into thing (name) values ('a')`, 'select id, name from thing')).toEqual([
      [1, 'a'],
    ]);
    for (const forbidden of [
      'drop table thing',
      'create table mine (n int)',
      'truncate thing',
      'alter table thing disable row level security',
    ]) {
      await expect(ask(runtime('alpha'), forbidden)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('keeps a service out of the schema of another', async () => {
    await expect(ask(runtime('beta'), 'select * from alpha.thing')).rejects.toMatchObject({ code: '42501' });
    await expect(ask(owner('beta'), 'select * from alpha.thing')).rejects.toMatchObject({ code: '42501' });
  });

  it('takes back rights that would pass row-level security by, and changes a password', async () => {
    await ask(db.adminUrl, `alter role ${runtimeRole('alpha')} bypassrls`);
    await provision(db.adminUrl, { services, passwordOf: (role) => `${passwordOf(role)}!` });
    expect(await ask(db.adminUrl, `select rolbypassrls from pg_roles where rolname = '${runtimeRole('alpha')}'`)).toEqual([
      [false],
    ]);
    await expect(ask(runtime('alpha'), 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await provision(db.adminUrl, { services, passwordOf });
    expect(await ask(runtime('alpha'), 'select name from thing')).toEqual([['a']]);
  });

  it('works for an administrator who is not a superuser', async () => {
    await ask(db.adminUrl, `create role landlord login createrole password 'x'`);
    await ask(db.adminUrl, `do $$ begin execute format('alter database %I owner to landlord', current_database()); end $$`);
    const landlord = urlFor(db.adminUrl, 'landlord', 'x');
    await provision(landlord, { services: ['gamma'], passwordOf });
    await provision(landlord, { services: ['gamma'], passwordOf });
    await ask(owner('gamma'), 'create table thing (name text)');
    expect(await ask(runtime('gamma'), 'select * from thing')).toEqual([]);
  });

  it('refuses a name that is not one of a schema', async () => {
    await expect(provision(db.adminUrl, { services: ['a; drop schema data'], passwordOf })).rejects.toMatchObject({
      slug: 'database/service-name',
    });
  });
});
