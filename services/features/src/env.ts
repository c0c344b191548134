import { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What the features service needs from its environment. */
export const featuresEnv = hostEnv.extend(storageEnv.shape).extend({
  DATA_ADDRESS: peerAddress,
  /** Scratch space of the SQL engine. */
  WORK_FOLDER: z.string().min(1),
  /** Of each process of the SQL engine. */
  SQL_MEMORY_MB: z.coerce.number().int().min(128).default(768),
  SQL_PROCESSES: z.coerce.number().int().min(1).max(16).default(2),
});
export type FeaturesEnv = z.infer<typeof featuresEnv>;
