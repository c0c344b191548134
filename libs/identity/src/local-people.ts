import type { Role } from './role.js';

/** One of the seven people of a local platform. */
export interface LocalPerson {
  readonly id: `person:${Role}`;
  readonly name: string;
  readonly role: Role;
}

const NAMES: Readonly<Record<Role, string>> = {
  'data-engineer': 'Ines Duarte',
  'data-analyst': 'Anders Holm',
  'data-scientist': 'Sofia Lindqvist',
  'ml-engineer': 'Mateo Rossi',
  'business-owner': 'Beatrice Okafor',
  executive: 'Edward Chen',
  administrator: 'Amara Novak',
};

/** The person who holds `role` on a local platform. */
export function localPerson(role: Role): LocalPerson {
  return { id: `person:${role}`, name: NAMES[role], role };
}
