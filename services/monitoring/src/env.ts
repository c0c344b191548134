import { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What monitoring needs from its environment. */
export const monitoringEnv = hostEnv.extend(storageEnv.shape).extend({
  REGISTRY_ADDRESS: peerAddress,
  FEATURES_ADDRESS: peerAddress,
  GOVERNANCE_ADDRESS: peerAddress,
  /** Private scratch folder. */
  WORK_FOLDER: z.string().min(1),
  /** How often monitors are looked at when nothing wakes them. */
  EVALUATION_INTERVAL_MS: z.coerce.number().int().positive().default(300),
});
export type MonitoringEnv = z.infer<typeof monitoringEnv>;
