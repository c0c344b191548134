import { Progress } from '../../progress.js';
import { ENTITIES, REQUEST_COLUMNS, VIEWS, vectorOf, type View } from '../features.js';
import { FEATURE_SERVICE, type Story } from '../story.js';
import type { DataChapter } from './2-data.js';
import { untilEnded } from './jobs.js';

async function createEntities(story: Story): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const input of ENTITIES) {
    const { createEntity } = await story.graph.ask<{ readonly createEntity: { readonly id: string } }>(
      'data-scientist',
      `mutation Entity($input: CreateEntityInput!) { createEntity(input: $input) { id } }`,
      { input },
    );
    ids.set(input.name, createEntity.id);
  }
  return ids;
}

async function createView(story: Story, view: View, entityId: string, sourceDatasetId: string): Promise<string> {
  const keyColumns = ENTITIES.find(({ name }) => name === view.entity)!.keys;
  const shared = { name: view.name, entityId, sourceDatasetId, keyColumns, knownTimeColumn: view.knownTimeColumn };
  if (view.kind === 'window') {
    const input = { ...shared, features: view.features.map((feature) => ({ ...feature, aggregate: 'mean' })) };
    const { created } = await story.graph.ask<{ readonly created: { readonly id: string } }>(
      'data-scientist',
      `mutation View($input: WindowViewInput!) { created: createWindowView(input: $input) { id } }`,
      { input },
    );
    return created.id;
  }
  const features = view.features.map((feature) => ({ ...feature, type: 'number' }));
  const input = { ...shared, eventTimeColumn: view.eventTimeColumn, maxAgeHours: view.maxAgeHours, features };
  const { created } = await story.graph.ask<{ readonly created: { readonly id: string } }>(
    'data-scientist',
    `mutation View($input: LatestViewInput!) { created: createLatestView(input: $input) { id } }`,
    { input },
  );
  return created.id;
}

async function materialize(story: Story, featureViewId: string): Promise<string> {
  const { materialize: job } = await story.graph.ask<{ readonly materialize: { readonly id: string } }>(
    'data-scientist',
    `mutation Online($featureViewId: ID!) { materialize(featureViewId: $featureViewId) { id } }`,
    { featureViewId },
  );
  return job.id;
}

async function readMaterialization(story: Story, id: string, step: string) {
  const { materialization } = await story.graph.ask<{
    readonly materialization: {
      readonly state: string;
      readonly progress: number;
      readonly entries: number;
      readonly detail: string | null;
    };
  }>('data-scientist', `query Online($id: ID!) { materialization(id: $id) { state progress entries detail } }`, { id });
  return { ...materialization, step };
}

/** The Data Scientist defines features once; they are brought online and read by training and serving alike. */
export async function defineFeatures(story: Story, datasets: DataChapter): Promise<void> {
  const progress = new Progress('3 features');
  const entities = await createEntities(story);
  const viewIds = new Map<string, string>();
  let entries = 0;
  for (const [index, view] of VIEWS.entries()) {
    const id = await createView(story, view, entities.get(view.entity)!, datasets.get(view.source)!);
    viewIds.set(view.name, id);
    const job = await materialize(story, id);
    entries += (
      await untilEnded(
        () => readMaterialization(story, job, view.name),
        progress,
        (done) => (index + done) / VIEWS.length,
      )
    ).entries;
  }
  const features = vectorOf(viewIds);
  await story.graph.ask(
    'data-scientist',
    `mutation Service($input: CreateFeatureServiceInput!) { createFeatureService(input: $input) { id } }`,
    {
      input: {
        name: FEATURE_SERVICE,
        description: 'What is known of a flight two hours before departure',
        requestColumns: REQUEST_COLUMNS,
        rowKey: 'flight_key',
        features,
      },
    },
  );
  progress.done(`${features.length} features of ${VIEWS.length} views, ${entries.toLocaleString('en')} known values online`);
}
