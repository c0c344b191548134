import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { DatasetService } from '../dataset/dataset.service.js';
import type { DatasetVersion } from '../dataset-version/dataset-version.js';
import { DatasetVersionService } from '../dataset-version/dataset-version.service.js';
import { referencedColumn, requireFit, requireRules, type DataContract, type Rule } from './contract.js';
import { ContractRepository } from './contract.repository.js';

@Injectable()
export class ContractService {
  constructor(
    private readonly contracts: ContractRepository,
    private readonly datasets: DatasetService,
    private readonly versions: DatasetVersionService,
  ) {}

  /** Defines the rules for the next versions; before the first version there are no columns to hold them against yet. */
  async define(datasetId: string, rules: readonly Rule[], viewer: Viewer): Promise<DataContract> {
    requireRules(rules);
    const dataset = await this.datasets.get(viewer.workspace, datasetId);
    const referenced = await this.referencedBy(rules, viewer.workspace);
    const newest = await this.versions.newest(viewer.workspace, dataset.id);
    if (newest) requireFit(rules, newest.columns, columnsByName(referenced));
    return this.contracts.revise(datasetId, rules, viewer);
  }

  /** The newest versions of the datasets that the rules refer to, by name. */
  async referencedBy(rules: readonly Rule[], workspace: string): Promise<ReadonlyMap<string, DatasetVersion>> {
    const names = new Set(rules.filter(({ kind }) => kind === 'reference').map((rule) => referencedColumn(rule).dataset));
    const found = new Map<string, DatasetVersion>();
    for (const name of names) found.set(name, await this.versions.requireNewest(await this.datasets.getByName(workspace, name)));
    return found;
  }

  newestOf(workspace: string, datasetId: string): Promise<DataContract | null> {
    return this.contracts.newestOf(workspace, datasetId);
  }

  async get(workspace: string, id: string): Promise<DataContract> {
    const contract = await this.contracts.find(workspace, id);
    if (!contract) throw new Problem('not-found', 'data/contract', `no contract ${id}`, { id });
    return contract;
  }
}

/** The columns of versions, by dataset name. */
export function columnsByName(versions: ReadonlyMap<string, DatasetVersion>) {
  return new Map([...versions].map(([name, { columns }]) => [name, columns]));
}
