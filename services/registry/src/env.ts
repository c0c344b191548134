import type { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What the registry needs from its environment. */
export const registryEnv = hostEnv.extend(storageEnv.shape).extend({
  GOVERNANCE_ADDRESS: peerAddress,
  FEATURES_ADDRESS: peerAddress,
});
export type RegistryEnv = z.infer<typeof registryEnv>;
