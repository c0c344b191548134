import type { Role, ServiceName } from './role.js';

/**
 * Who is asking, as a verified token says. A person has roles; a service has `service` and no roles.
 * `token` is the bare token, kept to be passed on: the next service verifies it again. Never log a viewer whole.
 */
export interface Viewer {
  /** The token's subject, for example `person:ml-engineer` or `service:training`. */
  readonly id: string;
  /** What to show to people. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** The tenant that every read and write of this viewer stays inside. */
  readonly workspace: string;
  readonly service?: ServiceName;
  readonly token: string;
  readonly expiresAt: Date;
}
