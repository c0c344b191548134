import { Injectable } from '@nestjs/common';
import { CalibrateStep } from '../step/calibrate.step.js';
import { CompareStep } from '../step/compare.step.js';
import { ExportStep } from '../step/export.step.js';
import { ParityStep } from '../step/parity.step.js';
import { PriceStep } from '../step/price.step.js';
import { RegisterStep } from '../step/register.step.js';
import { TrainStep } from '../step/train.step.js';
import { TrainingSetStep } from '../step/training-set.step.js';

/** The steps a pipeline is made of. */
@Injectable()
export class PipelineSteps {
  constructor(
    readonly trainingSet: TrainingSetStep,
    readonly train: TrainStep,
    readonly calibrate: CalibrateStep,
    readonly exported: ExportStep,
    readonly parity: ParityStep,
    readonly price: PriceStep,
    readonly compare: CompareStep,
    readonly register: RegisterStep,
  ) {}
}
