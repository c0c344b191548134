import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { Dataset } from './dataset.js';
import { datasetMapping } from './dataset.mapping.js';

@Injectable()
export class DatasetRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new dataset, or answers the one that the same idempotency key made. */
  create(dataset: Dataset, viewer: Viewer, key: string | null): Promise<Dataset> {
    const { id, workspace, name, description, classifications } = dataset;
    const taken = (): Problem => new Problem('conflict', 'data/dataset-name-taken', `a dataset named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const request = { workspace, operation: 'createDataset', key, request: { name, description, classifications } };
        const created = await once(tx, request, async () => {
          await tx.insert(datasetMapping, { ...dataset } as object);
          await this.audit.record(tx, {
            viewer,
            action: 'create-dataset',
            subjectKind: 'dataset',
            subjectId: id,
            after: dataset,
          });
          return id;
        });
        return tx.findOneByOrFail(datasetMapping, { id: created.id });
      },
      { dataset_name: taken },
    );
  }

  /** Locks the dataset, lets `decide` choose, and stores what it chose. */
  change(workspace: string, id: string, viewer: Viewer, action: string, decide: (current: Dataset) => Dataset): Promise<Dataset> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const before = await tx.findOne(datasetMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw new Problem('not-found', 'data/dataset', `no dataset ${id}`, { id });
      const after = decide(before);
      await tx.update(datasetMapping, { id }, { ...after } as object);
      await this.audit.record(tx, { viewer, action, subjectKind: 'dataset', subjectId: id, before, after });
      return after;
    });
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<Dataset | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(datasetMapping, where));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly Dataset[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(datasetMapping, { id: In([...ids]) }));
  }

  list(workspace: string, page: PageRequest): Promise<Page<Dataset>> {
    return withWorkspace(this.db, workspace, (tx) =>
      pageOf(tx.createQueryBuilder(datasetMapping, 'dataset'), { keys: ['name'], direction: 'ascending' }, page),
    );
  }
}
