import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pageOf, withPlatformScope, withWorkspace, type Page, type PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { Problem } from '#libs/problem';
import { AuditTrail, once } from '#libs/storage';
import type { UseCase } from './use-case.js';
import { useCaseMapping } from './use-case.mapping.js';

/** What is done to a use case, as audit says it. */
export interface UseCaseChange {
  readonly action: string;
  readonly reason?: string;
  readonly decide: (current: UseCase) => UseCase;
}

@Injectable()
export class UseCaseRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditTrail,
  ) {}

  /** Stores a new use case, or answers the one that the same idempotency key made. */
  open(useCase: UseCase, viewer: Viewer, key: string | null): Promise<UseCase> {
    const { id, createdAt: _, riskReviewedAt: __, ...request } = useCase;
    const { workspace, name } = useCase;
    const taken = (): Problem => new Problem('conflict', 'governance/use-case-name', `a use case named ${name} exists`, { name });
    return withWorkspace(
      this.db,
      workspace,
      async (tx) => {
        const made = await once(tx, { workspace, operation: 'createUseCase', key, request }, async () => {
          await tx.insert(useCaseMapping, { ...useCase } as object);
          await this.audit.record(tx, {
            viewer,
            action: 'open-use-case',
            subjectKind: 'use-case',
            subjectId: id,
            after: useCase,
          });
          return id;
        });
        return tx.findOneByOrFail(useCaseMapping, { id: made.id });
      },
      { use_case_name: taken },
    );
  }

  /** Locks the use case, lets `decide` choose, and stores it with its audit record in one transaction. */
  change(workspace: string, id: string, viewer: Viewer, { action, reason = '', decide }: UseCaseChange): Promise<UseCase> {
    return withWorkspace(this.db, workspace, async (tx) => {
      const before = await tx.findOne(useCaseMapping, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!before) throw new Problem('not-found', 'governance/use-case', `no use case ${id}`, { id });
      const after = decide(before);
      await tx.update(useCaseMapping, { id }, { ...after } as object);
      await this.audit.record(tx, { viewer, action, subjectKind: 'use-case', subjectId: id, reason, before, after });
      return after;
    });
  }

  find(workspace: string, where: { readonly id: string } | { readonly name: string }): Promise<UseCase | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(useCaseMapping, where));
  }

  list(workspace: string, page: PageRequest): Promise<Page<UseCase>> {
    return withWorkspace(this.db, workspace, (tx) =>
      pageOf(tx.createQueryBuilder(useCaseMapping, 'use_case'), { keys: ['name'], direction: 'ascending' }, page),
    );
  }

  /** The workspaces that have use cases, for background work. */
  workspaces(): Promise<readonly string[]> {
    return withPlatformScope(this.db, async (tx) => {
      const rows = (await tx.query('select distinct workspace from use_case')) as readonly { readonly workspace: string }[];
      return rows.map(({ workspace }) => workspace);
    });
  }
}
