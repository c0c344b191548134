import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import { newId } from '#libs/ids';
import type { AuditEntry } from '#libs/storage';
import { confidentialAmong, type Dataset } from '../dataset/dataset.js';
import type { DatasetVersion } from '../dataset-version/dataset-version.js';
import type { DatasetRead, ReadPurpose } from './dataset-read.js';
import { DatasetReadRepository } from './dataset-read.repository.js';

type Actor = AuditEntry['viewer'];

export interface ReadBy {
  readonly reader: Actor;
  /** The service that reads for the reader, where one does. */
  readonly via?: Actor;
  readonly purpose: ReadPurpose;
  /** Confidential columns were hidden from the reader. */
  readonly masked?: boolean;
}

/** Keeps who read what: without such a record nobody could say who has seen a person's data. */
@Injectable()
export class ReadService {
  constructor(private readonly reads: DatasetReadRepository) {}

  async record(
    read: readonly { readonly dataset: Dataset; readonly version: DatasetVersion }[],
    { reader, via, purpose, masked = false }: ReadBy,
  ): Promise<void> {
    const readAt = new Date();
    const service = via?.service ?? reader.service;
    const records = read.map(({ dataset, version }): DatasetRead => ({
      id: newId('datasetRead'),
      workspace: reader.workspace,
      datasetId: dataset.id,
      datasetVersionId: version.id,
      reader: reader.id,
      readAs: service === undefined ? reader.roles.join(',') : `service:${service}`,
      purpose,
      confidential: !masked && confidentialAmong(dataset, version.columns).length > 0,
      readAt,
    }));
    if (records.length > 0) await this.reads.record(reader.workspace, records, reader);
  }

  list({ workspace, id }: Dataset, page: PageRequest): Promise<Page<DatasetRead>> {
    return this.reads.list(workspace, id, page);
  }
}
