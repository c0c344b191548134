import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderObjectStore } from '#libs/objects';
import { DuckDbSqlEngine } from '#libs/sql';
import { CategorySketch, HistogramSketch } from '#libs/statistics';
import { TrainingSetReader } from './training-set.reader.js';

let folder: string;
let engine: DuckDbSqlEngine;
let hash: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'training-set-'));
  const objects = await FolderObjectStore.open(join(folder, 'objects'));
  engine = await DuckDbSqlEngine.open({ objects, workFolder: join(folder, 'work'), threads: 1 });
  const rows = Array.from({ length: 300 }, (_, i) => {
    const moment = new Date(Date.UTC(2013, 0, 1 + Math.floor(i / 30), 23, 59)).toISOString();
    return [`f${i}`, moment, i % 10 === 0 ? '' : i % 7, ['UA', 'DL', ''][i % 3], i % 2].join(',');
  });
  const csv = ['row_key,moment,gust,carrier,label', ...rows, ''].join('\n');
  const raw = await objects.put('main', Buffer.from(csv));
  const types = { moment: 'TIMESTAMP WITH TIME ZONE', gust: 'DOUBLE', carrier: 'VARCHAR', label: 'DOUBLE' };
  ({ hash } = await engine.ingest({ workspace: 'main', object: raw.hash, format: 'csv', types }));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a training set as a reference', () => {
  it('is sketched feature by feature and day by day, missing values counted', async () => {
    const [gust, carrier] = await new TrainingSetReader(engine).reference('main', [hash], ['gust', 'carrier']);
    expect(gust).toMatchObject({ feature: 'gust' });
    expect(gust!.days).toHaveLength(10);
    for (const day of gust!.days) expect(day instanceof HistogramSketch && [day.total, day.missing]).toEqual([30, 3]);
    for (const day of carrier!.days)
      expect(day instanceof CategorySketch && [day.total, day.missing, day.other]).toEqual([30, 10, 0]);
  });

  it('takes several sets as one', async () => {
    const [gust] = await new TrainingSetReader(engine).reference('main', [hash, hash], ['gust']);
    expect(gust!.days.map((day) => day.total)).toEqual(Array.from({ length: 10 }, () => 60));
  });

  it('refuses a feature that the set does not hold', async () => {
    await expect(new TrainingSetReader(engine).reference('main', [hash], ['snow'])).rejects.toMatchObject({ kind: 'invalid' });
  });
});
