import type { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What governance needs from its environment: it asks every other service for evidence. */
export const governanceEnv = hostEnv.extend(storageEnv.shape).extend({
  DATA_ADDRESS: peerAddress,
  FEATURES_ADDRESS: peerAddress,
  TRAINING_ADDRESS: peerAddress,
  REGISTRY_ADDRESS: peerAddress,
  SERVING_ADDRESS: peerAddress,
  MONITORING_ADDRESS: peerAddress,
});
export type GovernanceEnv = z.infer<typeof governanceEnv>;
