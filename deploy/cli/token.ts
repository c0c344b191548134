import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isRole, isWorkspace, LOCAL_WORKSPACE, LocalIssuer, ROLES, type Role } from '#libs/identity';
import { Problem } from '#libs/problem';
import { readRecord } from '../local/data-folder.js';

const USAGE = `npm run token -- --role ROLE [--workspace NAME] [--hours N] [--data FOLDER]
  roles: ${ROLES.join(', ')}`;

interface TokenOptions {
  readonly role: Role;
  readonly workspace: string;
  readonly hours: number;
  readonly data: string;
}

function readOptions(): TokenOptions {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      workspace: { type: 'string', default: LOCAL_WORKSPACE },
      hours: { type: 'string', default: '12' },
      data: { type: 'string', default: '.millrace' },
    },
  });
  const { role, workspace } = values;
  const hours = Number(values.hours);
  if (!isRole(role)) throw new Problem('invalid', 'token/role', `--role must be one of ${ROLES.join(', ')}`);
  if (!isWorkspace(workspace))
    throw new Problem('invalid', 'token/workspace', '--workspace takes lower-case letters, digits and hyphens');
  if (!(hours > 0 && hours <= 24)) throw new Problem('invalid', 'token/hours', '--hours must be more than 0 and at most 24');
  return { role, workspace, hours, data: resolve(values.data) };
}

/** Signs a token with the local issuer's key in the data folder; the platform need not run. */
async function token({ role, workspace, hours, data }: TokenOptions): Promise<string> {
  const issuer = readRecord(data)?.gateway;
  if (!issuer)
    throw new Problem(
      'not-found',
      'token/no-platform',
      `no platform was ever started on ${data}: run npm start first, or name its --data`,
    );
  const local = await LocalIssuer.open({ folder: join(data, 'issuer'), issuer, nodeEnv: process.env['NODE_ENV'] });
  return local.tokenForRole(role, { workspace, lifetimeSeconds: Math.round(hours * 3600) });
}

try {
  process.stdout.write(`${await token(readOptions())}\n`);
} catch (error) {
  process.stderr.write(
    `${(error as Error).message}\n${error instanceof Problem && error.kind !== 'invalid' ? '' : `${USAGE}\n`}`,
  );
  process.exitCode = 1;
}
