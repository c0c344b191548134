import { Injectable } from '@nestjs/common';
import { newId } from '#libs/ids';
import type { ModelVersion } from '../model-version/model-version.js';
import { ArtifactProbe } from './artifact.probe.js';
import { judgeArtifact, judgeEvaluation, type GateResult } from './gate.js';
import { GateRepository } from './gate.repository.js';

@Injectable()
export class GateService {
  constructor(
    private readonly results: GateRepository,
    private readonly probe: ArtifactProbe,
  ) {}

  /** Runs every gate of the version and keeps the results, passed or not. */
  async test(version: ModelVersion): Promise<readonly GateResult[]> {
    const verdicts = [
      ...judgeArtifact(await this.probe.measure(version)),
      ...(version.evaluation ? judgeEvaluation(version.evaluation) : []),
    ];
    const testedAt = new Date();
    const results = verdicts.map((verdict) => ({
      ...verdict,
      id: newId('gateResult'),
      workspace: version.workspace,
      modelVersionId: version.id,
      testedAt,
    }));
    await this.results.record(version.workspace, results);
    return results;
  }
}
