import { ROLES, SERVICES } from '#libs/identity';
import { LOOPBACK, type Doors } from './doors.js';
import { gatewayUrl } from './environment.js';

/** What a person needs to know once the platform is up: every door, and how to come in. */
export function announcement(doors: Doors, folder: string): string {
  const rows = SERVICES.map((service) => {
    const grpc =
      service === 'gateway' ? '' : `gRPC ${LOOPBACK}:${doors.grpc[service]}${service === 'serving' ? '  (inference)' : ''}`;
    return `  ${service.padEnd(12)} http://${LOOPBACK}:${doors.http[service]}   ${grpc}`.trimEnd();
  });
  const postgres = doors.postgres === undefined ? [] : [`  ${'PostgreSQL'.padEnd(12)} ${LOOPBACK}:${doors.postgres}`];
  return [
    '',
    `GraphiQL and the graph   ${gatewayUrl(doors)}/graphql   (HTTP, WebSocket, SSE)`,
    '',
    ...rows,
    ...postgres,
    `  ${'data folder'.padEnd(12)} ${folder}`,
    '',
    'A token for the header "Authorization: Bearer …" of each role:',
    ...ROLES.map((role) => `  npm run --silent token -- --role ${role}`),
    '',
  ].join('\n');
}
