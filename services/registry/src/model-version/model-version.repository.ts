import { Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { pageOf, withWorkspace, type Page, type PageRequest } from '#libs/database';
import { Outbox } from '#libs/events';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { AuditTrail } from '#libs/storage';
import type { ModelReference, ModelVersion, VersionDraft } from './model-version.js';
import { modelVersionMapping } from './model-version.mapping.js';
import { registeredToRecord } from './model-version.proto.js';

@Injectable()
export class ModelVersionRepository {
  constructor(
    private readonly db: DataSource,
    private readonly outbox: Outbox,
    private readonly audit: AuditTrail,
  ) {}

  /** Numbers and stores a version with its event; a run that registered before finds what it made. */
  register(draft: VersionDraft, viewer: Viewer): Promise<ModelVersion> {
    return withWorkspace(this.db, draft.workspace, async (tx) => {
      // Numbers have no gaps and no doubles: registrations of one model take turns.
      await tx.query(`select from model where id = $1 for update`, [draft.modelId]);
      const made = draft.runId === null ? null : await tx.findOneBy(modelVersionMapping, { runId: draft.runId });
      if (made) return made;
      const version: ModelVersion = {
        ...draft,
        id: newId('modelVersion'),
        number: await this.nextNumber(tx, draft.modelId),
        stage: 'candidate',
        createdAt: new Date(),
      };
      await tx.insert(modelVersionMapping, { ...version } as object);
      await this.outbox.append(tx, registeredToRecord(version));
      await this.audit.record(tx, {
        viewer,
        action: 'register-model-version',
        subjectKind: 'model-version',
        subjectId: version.id,
        after: version,
      });
      return version;
    });
  }

  private async nextNumber(tx: EntityManager, modelId: string): Promise<number> {
    const [row] = (await tx.query(`select coalesce(max(number), 0) + 1 as next from model_version where model_id = $1`, [
      modelId,
    ])) as readonly { readonly next: number }[];
    return row!.next;
  }

  find(workspace: string, id: string): Promise<ModelVersion | null> {
    return withWorkspace(this.db, workspace, (tx) => tx.findOneBy(modelVersionMapping, { id }));
  }

  findAll(workspace: string, ids: readonly string[]): Promise<readonly ModelVersion[]> {
    return withWorkspace(this.db, workspace, (tx) => tx.findBy(modelVersionMapping, { id: In([...ids]) }));
  }

  /** The version that a reference names: by number, by alias, else the newest approved one. */
  resolve(workspace: string, reference: ModelReference): Promise<ModelVersion | null> {
    return withWorkspace(this.db, workspace, (tx) => {
      const named = tx
        .createQueryBuilder(modelVersionMapping, 'version')
        .innerJoin('model', 'model', 'model.id = version.model_id and model.name = :name', { name: reference.name });
      if (reference.number !== undefined) return named.where('version.number = :number', { number: reference.number }).getOne();
      if (reference.alias !== undefined) {
        return named
          .innerJoin('model_alias', 'alias', 'alias.model_version_id = version.id and alias.alias = :alias', {
            alias: reference.alias,
          })
          .getOne();
      }
      return named.where(`version.stage = 'approved'`).orderBy('version.number', 'DESC').getOne();
    });
  }

  list(workspace: string, modelId: string, page: PageRequest): Promise<Page<ModelVersion>> {
    return withWorkspace(this.db, workspace, (tx) => {
      const all = tx.createQueryBuilder(modelVersionMapping, 'version').where('version.model_id = :modelId', { modelId });
      return pageOf(all, { keys: ['number'], direction: 'descending' }, page);
    });
  }
}
