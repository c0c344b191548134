import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { Problem } from '#libs/problem';
import { assignRole, openUseCase, reviewRisk, type RiskClass, type UseCase, type UseCaseDraft } from './use-case.js';
import { UseCaseRepository } from './use-case.repository.js';

@Injectable()
export class UseCaseService {
  constructor(private readonly useCases: UseCaseRepository) {}

  open(draft: UseCaseDraft, viewer: Viewer, idempotencyKey: string | null): Promise<UseCase> {
    const useCase = openUseCase(draft, viewer.id, newId('useCase'), viewer.workspace, new Date());
    return this.useCases.open(useCase, viewer, idempotencyKey);
  }

  assignRole(id: string, role: string, person: string, viewer: Viewer): Promise<UseCase> {
    const decide = (current: UseCase): UseCase => assignRole(current, role, person);
    return this.useCases.change(viewer.workspace, id, viewer, { action: 'assign-role', reason: `${role}: ${person}`, decide });
  }

  reviewRisk(id: string, riskClass: RiskClass, rationale: string, viewer: Viewer): Promise<UseCase> {
    if (rationale.trim().length < 3) {
      throw new Problem('invalid', 'governance/rationale', 'a risk class is stated with its rationale, in words');
    }
    const decide = (current: UseCase): UseCase => reviewRisk(current, riskClass, viewer.id, new Date());
    return this.useCases.change(viewer.workspace, id, viewer, { action: 'review-risk', reason: rationale, decide });
  }

  async get(workspace: string, id: string): Promise<UseCase> {
    const useCase = await this.useCases.find(workspace, { id });
    if (!useCase) throw new Problem('not-found', 'governance/use-case', `no use case ${id}`, { id });
    return useCase;
  }

  findByName(workspace: string, name: string): Promise<UseCase | null> {
    return this.useCases.find(workspace, { name });
  }

  list(workspace: string, page: PageRequest): Promise<Page<UseCase>> {
    return this.useCases.list(workspace, page);
  }
}
