import { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What the registry needs from its environment. */
export const registryEnv = hostEnv.extend(storageEnv.shape).extend({
  GOVERNANCE_ADDRESS: peerAddress,
  FEATURES_ADDRESS: peerAddress,
  /** Scratch of the SQL engine. */
  WORK_FOLDER: z.string().min(1),
});
export type RegistryEnv = z.infer<typeof registryEnv>;
