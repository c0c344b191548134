import { Args, Query, Resolver } from '@nestjs/graphql';
import { CurrentViewer, type Connection, type Serves } from '#libs/graph';
import type { Viewer } from '#libs/identity';
import type * as gql from '../graphql.generated.js';
import type { AuditRecord, AuditVerification } from './audit.js';
import { AuditRepository } from './audit.repository.js';

@Resolver('AuditRecord')
export class AuditResolver implements Serves<gql.AuditRecord, AuditRecord> {
  constructor(private readonly audit: AuditRepository) {}

  @Query()
  auditRecords(
    @Args() { subjectId, ...page }: gql.QueryAuditRecordsArgs,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Connection<AuditRecord>> {
    return this.audit.page(viewer.workspace, subjectId ?? null, page);
  }

  @Query()
  verifyAudit(@CurrentViewer() viewer: Viewer): Promise<AuditVerification> {
    return this.audit.verify(viewer.workspace);
  }
}
