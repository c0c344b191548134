import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Progress } from '../../progress.js';
import { DATA_FOLDER, SQL_FOLDER } from '../airline.js';
import { DERIVATIONS, SOURCES, type Derivation, type RuleInput, type SourceFile } from '../datasets.js';
import type { Story } from '../story.js';
import { dataJob, untilEnded } from './jobs.js';

/** Dataset ids by name. */
export type DataChapter = ReadonlyMap<string, string>;

async function createDataset(story: Story, name: string, description: string, rules: readonly RuleInput[]): Promise<string> {
  const { createDataset: dataset } = await story.graph.ask<{ readonly createDataset: { readonly id: string } }>(
    'data-engineer',
    `mutation Create($input: CreateDatasetInput!) { createDataset(input: $input) { id } }`,
    { input: { name, description, idempotencyKey: `demo-${name}` } },
  );
  if (rules.length > 0) {
    await story.graph.ask(
      'data-engineer',
      `mutation Contract($input: DefineContractInput!) { defineContract(input: $input) { id } }`,
      { input: { datasetId: dataset.id, rules } },
    );
  }
  return dataset.id;
}

async function collect(story: Story, datasetId: string, { dataset, file, format }: SourceFile): Promise<string> {
  const uploadHash = await story.graph.upload('data-engineer', readFileSync(join(DATA_FOLDER, file)));
  const { collect: job } = await story.graph.ask<{ readonly collect: { readonly id: string } }>(
    'data-engineer',
    `mutation Collect($input: CollectInput!) { collect(input: $input) { id } }`,
    { input: { datasetId, uploadHash, format, idempotencyKey: `demo-${dataset}` } },
  );
  return job.id;
}

async function transform(
  story: Story,
  ids: ReadonlyMap<string, string>,
  { dataset, sqlFile, inputs, orderBy }: Derivation,
): Promise<string> {
  const input = {
    name: dataset,
    sql: readFileSync(join(SQL_FOLDER, sqlFile), 'utf8'),
    inputDatasetIds: inputs.map((name) => ids.get(name)),
    outputDatasetId: ids.get(dataset),
    orderBy,
  };
  const { defineTransform } = await story.graph.ask<{ readonly defineTransform: { readonly id: string } }>(
    'data-engineer',
    `mutation Define($input: DefineTransformInput!) { defineTransform(input: $input) { id } }`,
    { input },
  );
  const { runTransform: job } = await story.graph.ask<{ readonly runTransform: { readonly id: string } }>(
    'data-engineer',
    `mutation Run($id: ID!, $key: String) { runTransform(id: $id, idempotencyKey: $key) { id } }`,
    { id: defineTransform.id, key: `demo-${dataset}` },
  );
  return job.id;
}

/** The Data Engineer collects the files under contracts and derives what features read. */
export async function collectData(story: Story): Promise<DataChapter> {
  const progress = new Progress('2 data');
  const ids = new Map<string, string>();
  const total = SOURCES.length + DERIVATIONS.length;
  const wait = (jobId: string, index: number): Promise<unknown> =>
    untilEnded(
      () => dataJob(story, 'data-engineer', jobId),
      progress,
      (done) => (index + done) / total,
    );
  for (const [index, source] of SOURCES.entries()) {
    ids.set(source.dataset, await createDataset(story, source.dataset, source.description, source.rules));
    await wait(await collect(story, ids.get(source.dataset)!, source), index);
  }
  for (const [index, derivation] of DERIVATIONS.entries()) {
    ids.set(derivation.dataset, await createDataset(story, derivation.dataset, derivation.description, derivation.rules));
    await wait(await transform(story, ids, derivation), SOURCES.length + index);
  }
  progress.done(`${SOURCES.length} files collected under contract, ${DERIVATIONS.length} datasets derived`);
  return ids;
}
