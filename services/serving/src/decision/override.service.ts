import { Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/identity';
import { newId } from '#libs/ids';
import { checkReason } from '../rollout/rollout.js';
import { checkOverride, type Decision } from './decision.js';
import { DecisionShipper } from './decision.shipper.js';
import { OverrideRepository } from './override.repository.js';

@Injectable()
export class OverrideService {
  constructor(
    private readonly overrides: OverrideRepository,
    private readonly shipper: DecisionShipper,
  ) {}

  /** A person decides otherwise, for a reason; a decision just answered is waited for until the database has it. */
  async override(decisionId: string, act: boolean, reason: string, viewer: Viewer): Promise<Decision> {
    checkReason(reason);
    await this.shipper.settled([decisionId]);
    const { workspace, id: by } = viewer;
    return this.overrides.override(workspace, decisionId, viewer, (decision, newest) => {
      checkOverride(decision, newest, act);
      return { id: newId('override'), workspace, decisionId, act, by, reason, at: new Date() };
    });
  }
}
