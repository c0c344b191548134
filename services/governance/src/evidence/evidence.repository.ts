import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { measureBySql, type Measure } from '#libs/evidence';
import { AuditRepository } from '../audit/audit.repository.js';
import { evidenceQuestions } from './evidence.questions.js';

const AUDIT_SAMPLE = 5_000;

/** What governance's own records say: its tables, and whether the chain of what was done still holds. */
@Injectable()
export class EvidenceRepository {
  constructor(
    private readonly db: DataSource,
    private readonly audit: AuditRepository,
  ) {}

  /** Measures the asked questions, or all that governance can answer. */
  async measure(workspace: string, asked: readonly string[]): Promise<readonly Measure[]> {
    const measures = await measureBySql(this.db, workspace, evidenceQuestions, asked);
    return asked.length === 0 || asked.includes('G4') ? [...measures, await this.chain(workspace)] : measures;
  }

  /** A decision can be reconstructed as far as the chain of what was done holds. */
  private async chain(workspace: string): Promise<Measure> {
    const { records, whole, brokenAt } = await this.audit.verify(workspace, AUDIT_SAMPLE);
    const explanation = whole ? 'audit records of an unbroken chain' : `audit records before the chain breaks at ${brokenAt}`;
    return { question: 'G4', met: whole ? records : 0, observed: whole ? records : records + 1, explanation };
  }
}
