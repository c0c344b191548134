import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { Outbox } from '#libs/events';
import { newId } from '#libs/ids';
import { AuditTrail, type AuditEntry } from '#libs/storage';
import { datasetMapping } from '../dataset/dataset.mapping.js';
import type { DatasetVersion, VersionDraft } from './dataset-version.js';
import { datasetVersionMapping, versionInputMapping } from './dataset-version.mapping.js';
import { publishedToRecord } from './dataset-version.proto.js';

@Injectable()
export class DatasetVersionRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Numbers and stores a version with its inputs, its event and its audit record, in the transaction that ends its job. */
  async publish(
    tx: EntityManager,
    { inputVersionIds, ...draft }: VersionDraft,
    viewer: AuditEntry['viewer'],
  ): Promise<DatasetVersion> {
    const { workspace, datasetId } = draft;
    // Numbers have no gaps and no doubles: versions of one dataset take turns.
    const dataset = await tx.findOneOrFail(datasetMapping, { where: { id: datasetId }, lock: { mode: 'pessimistic_write' } });
    const newest = await newestIn(tx, datasetId);
    const version: DatasetVersion = {
      ...draft,
      id: newId('datasetVersion'),
      number: (newest?.number ?? 0) + 1,
      createdAt: new Date(),
    };
    await tx.insert(datasetVersionMapping, { ...version } as object);
    const inputs = inputVersionIds.map((inputVersionId, place) => ({
      workspace,
      datasetVersionId: version.id,
      place,
      inputVersionId,
    }));
    if (inputs.length > 0) await tx.insert(versionInputMapping, inputs);
    await this.outbox.append(tx, publishedToRecord(version, dataset.name));
    const { validation: _, ...after } = version;
    await this.audit.record(tx, {
      viewer,
      action: 'publish-dataset-version',
      subjectKind: 'dataset-version',
      subjectId: version.id,
      after,
    });
    return version;
  }

  find(workspace: string, id: string): Promise<DatasetVersion | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(datasetVersionMapping, { id }));
  }

  newest(workspace: string, datasetId: string): Promise<DatasetVersion | null> {
    return withWorkspace(this.db, workspace, (tx) => newestIn(tx, datasetId));
  }

  list(workspace: string, datasetId: string, page: PageRequest): Promise<Page<DatasetVersion>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const all = tx.createQueryBuilder(datasetVersionMapping, 'version').where('version.dataset_id = :datasetId', { datasetId });
      return pageOf(all, { keys: ['number'], direction: 'descending' }, page);
    });
  }

  /** The versions it was made from, in the order of the transform's inputs. */
  inputsOf(workspace: string, id: string): Promise<readonly DatasetVersion[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const inputs = await tx.find(versionInputMapping, { where: { datasetVersionId: id }, order: { place: 'ASC' } });
      const versions = await tx.findBy(datasetVersionMapping, { id: In(inputs.map(({ inputVersionId }) => inputVersionId)) });
      return inputs.flatMap(({ inputVersionId }) => versions.find((version) => version.id === inputVersionId) ?? []);
    });
  }

  /** At most a hundred versions that were made from it, newest first. */
  derivedFrom(workspace: string, id: string): Promise<readonly DatasetVersion[]> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const uses = await tx.find(versionInputMapping, {
        where: { inputVersionId: id },
        order: { datasetVersionId: 'DESC' },
        take: 100,
      });
      return tx.find(datasetVersionMapping, {
        where: { id: In(uses.map(({ datasetVersionId }) => datasetVersionId)) },
        order: { id: 'DESC' },
      });
    });
  }
}

function newestIn(tx: EntityManager, datasetId: string): Promise<DatasetVersion | null> {
  return tx.findOne(datasetVersionMapping, { where: { datasetId }, order: { number: 'DESC' } });
}
