import { Problem } from '#libs/problem';
import type { ColumnType, DatasetVersion } from '../dataset/dataset.js';
import type { Entity } from '../entity/entity.js';
import { requireColumnName, requireDistinct, requireName } from '../entity/name.js';
import { HOUR_MS, type FeatureDefinition, type FeatureView, type LatestFeature, type WindowFeature } from './feature-view.js';

const MAX_FEATURES = 200;
const MAX_WINDOW_HOURS = 24 * 366;
const TIMES: readonly ColumnType[] = ['timestamp', 'date'];

/** @throws Problem invalid where the definition contradicts itself, its entity or what views can do */
export function checkDefinition(view: FeatureView, entity: Entity): void {
  requireName('a view', view.name);
  if (view.keyColumns.length !== entity.keys.length) {
    throw new Problem(
      'invalid',
      'features/key-columns',
      `${entity.name} has ${entity.keys.length} keys, ${view.keyColumns.length} columns are named`,
      {
        keys: entity.keys,
        keyColumns: view.keyColumns,
      },
    );
  }
  if (view.features.length < 1 || view.features.length > MAX_FEATURES) {
    throw new Problem('invalid', 'features/feature-count', `a view has 1 to ${MAX_FEATURES} features`);
  }
  for (const { name } of view.features) requireColumnName('a feature', name);
  requireDistinct(
    'the feature',
    view.features.map(({ name }) => name),
  );
  if (view.maxAgeMs !== null && !(view.maxAgeMs > 0)) {
    throw new Problem('invalid', 'features/max-age', 'a maximal age is more than nothing, or left out');
  }
  for (const feature of view.features) 'aggregate' in feature ? checkWindow(feature) : checkLatest(feature);
}

function checkLatest({ name, yields, column, type }: LatestFeature): void {
  if (yields === 'age' && type !== 'number')
    throw new Problem('invalid', 'features/age-type', `${name}: an age is a number`, { feature: name });
  if ((yields === 'column') !== (column !== null))
    throw new Problem('invalid', 'features/column', `${name} names a column or yields the age`, { feature: name });
}

function checkWindow({ name, aggregate, column, windowMs, minRows }: WindowFeature): void {
  const hours = windowMs / HOUR_MS;
  if (!Number.isInteger(hours) || hours < 1 || hours > MAX_WINDOW_HOURS) {
    throw new Problem('invalid', 'features/window', `${name}: a window is 1 to ${MAX_WINDOW_HOURS} hours long`, {
      feature: name,
      hours,
    });
  }
  if (!Number.isInteger(minRows) || minRows < 1)
    throw new Problem('invalid', 'features/min-rows', `${name}: at least one row makes a ${aggregate}`, { feature: name });
  if (aggregate !== 'count' && column === null)
    throw new Problem('invalid', 'features/column', `${name}: a ${aggregate} needs a column`, { feature: name });
}

/**
 * Checks a view against a version of its source, so that a wrong name is found before anything is built.
 * @throws Problem invalid `features/no-such-column`, `features/column-type`
 */
export function checkSource(view: FeatureView, version: DatasetVersion): void {
  for (const column of view.keyColumns) requireType(version, column, ['text', 'number'], 'a key');
  requireType(version, view.knownTimeColumn, TIMES, 'a known time');
  if (view.kind === 'latest') requireType(version, view.eventTimeColumn, TIMES, 'an event time');
  for (const feature of view.features) checkColumn(feature, version);
}

function checkColumn(feature: FeatureDefinition, version: DatasetVersion): void {
  if (feature.column === null) return;
  requireType(
    version,
    feature.column,
    feature.type === 'text' ? ['text'] : ['number', 'boolean'],
    `the ${feature.type} ${feature.name}`,
  );
}

function requireType(version: DatasetVersion, column: string, types: readonly ColumnType[], use: string): void {
  const found = version.columns.find(({ name }) => name === column);
  const facts = { dataset: version.datasetName, column };
  if (!found) throw new Problem('invalid', 'features/no-such-column', `${version.datasetName} has no column ${column}`, facts);
  if (!types.includes(found.type)) {
    throw new Problem(
      'invalid',
      'features/column-type',
      `${column} of ${version.datasetName} is ${found.type}; ${use} is ${types.join(' or ')}`,
      {
        ...facts,
        type: found.type,
      },
    );
  }
}
