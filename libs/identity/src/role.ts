/** The seven people Millrace serves. A token names any number of them; a name outside the list refuses the token. */
export const ROLES = [
  'data-engineer',
  'data-analyst',
  'data-scientist',
  'ml-engineer',
  'business-owner',
  'executive',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

/** The services of the platform, each with an identity of its own, in the order of their ports (the gateway stands before all). */
export const SERVICES = ['data', 'features', 'training', 'registry', 'serving', 'monitoring', 'governance', 'gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** True where `name` is one of the seven roles. */
export function isRole(name: unknown): name is Role {
  return (ROLES as readonly unknown[]).includes(name);
}

/** True where `name` is a service of the platform. */
export function isServiceName(name: unknown): name is ServiceName {
  return (SERVICES as readonly unknown[]).includes(name);
}
