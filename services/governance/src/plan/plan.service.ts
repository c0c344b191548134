import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '#libs/database';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { MaturityService } from '../maturity/maturity.service.js';
import { planItem, type PlanItem, type PlanItemDraft } from './plan.js';
import { PlanRepository } from './plan.repository.js';

@Injectable()
export class PlanService {
  constructor(
    private readonly plan: PlanRepository,
    private readonly maturity: MaturityService,
  ) {}

  async add(draft: PlanItemDraft, viewer: Viewer): Promise<PlanItem> {
    const createdAt = new Date();
    const proven = await this.maturity.provenLevels(viewer.workspace, createdAt);
    const made = { id: newId('planItem'), workspace: viewer.workspace, createdBy: viewer.id, createdAt };
    return this.plan.add(planItem(draft, proven.get(draft.question) ?? null, made), viewer);
  }

  page(workspace: string, page: PageRequest): Promise<Page<PlanItem>> {
    return this.plan.page(workspace, page);
  }
}
