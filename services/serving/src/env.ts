import { z } from '#libs/config';
import { hostEnv, peerAddress, storageEnv } from '#libs/host';

/** What the inference part needs: models run without a database. */
export const inferenceEnv = hostEnv.extend({
  REGISTRY_ADDRESS: peerAddress,
  /** Folder of the object store. */
  OBJECTS_FOLDER: z.string().min(1),
  /** Processes that run models; each loads every model. */
  INFERENCE_PROCESSES: z.coerce.number().int().min(1).max(16).default(1),
});
export type InferenceEnv = z.infer<typeof inferenceEnv>;

/** What serving needs from its environment. */
export const servingEnv = inferenceEnv.extend(storageEnv.shape).extend({
  FEATURES_ADDRESS: peerAddress,
  /** Where decisions wait, durably, until the database has them; it belongs to one process. */
  SPOOL_FOLDER: z.string().min(1),
  SPOOL_MB: z.coerce.number().int().min(16).default(256),
});
export type ServingEnv = z.infer<typeof servingEnv>;
