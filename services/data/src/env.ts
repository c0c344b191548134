import { z } from '#libs/config';
import { hostEnv, storageEnv } from '#libs/host';

/** What the data service needs from its environment. */
export const dataEnv = hostEnv.extend(storageEnv.shape).extend({
  /** Scratch of the SQL engine. */
  WORK_FOLDER: z.string().min(1),
  /** No uploaded file may be longer. */
  UPLOAD_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(1024 ** 3),
  /** Of each of the two processes of the SQL engine. */
  SQL_MEMORY_MB: z.coerce.number().int().min(64).default(512),
});
export type DataEnv = z.infer<typeof dataEnv>;
