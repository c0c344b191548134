import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Derives every password of a local platform from one secret of its data folder, so that nothing else has to be kept. */
export function passwordsOf(folder: string): (role: string) => string {
  const secret = localSecret(join(folder, 'secret'));
  return (role) => createHmac('sha256', secret).update(role).digest('base64url');
}

function localSecret(file: string): string {
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
