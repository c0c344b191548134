import { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What training needs from its environment. */
export const trainingEnv = hostEnv.extend(storageEnv.shape).extend({
  DATA_ADDRESS: peerAddress,
  FEATURES_ADDRESS: peerAddress,
  REGISTRY_ADDRESS: peerAddress,
  GOVERNANCE_ADDRESS: peerAddress,
  /** Results on their way between processes. */
  WORK_FOLDER: z.string().min(1),
  /** Worker threads of one training; as many as cores where left out. The model does not depend on it. */
  TRAINING_THREADS: z.coerce.number().int().min(1).max(64).optional(),
});
export type TrainingEnv = z.infer<typeof trainingEnv>;
