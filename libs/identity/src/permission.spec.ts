import fc from 'fast-check';
import { formatPermission, parsePermission, permits, ROLES, SERVICES, type Viewer } from './index.js';

const NAMES = [...ROLES, ...SERVICES.map((service) => `service:${service}`), 'any-role', 'any-service'];
const person: Viewer = {
  id: 'p',
  name: 'P',
  roles: ['ml-engineer', 'data-analyst'],
  workspace: 'main',
  token: 't',
  expiresAt: new Date(0),
};
const service: Viewer = {
  id: 's',
  name: 'S',
  roles: [],
  service: 'training',
  workspace: 'main',
  token: 't',
  expiresAt: new Date(0),
};

describe('a permission', () => {
  it('reads roles and services', () => {
    expect(parsePermission(['service:training', 'ml-engineer'])).toEqual({ roles: ['ml-engineer'], services: ['training'] });
  });

  it('means the same after it is written and read again', () => {
    fc.assert(
      fc.property(fc.subarray(NAMES, { minLength: 1 }), (names) => {
        const permission = parsePermission(names);
        expect(parsePermission(formatPermission(permission))).toEqual(permission);
      }),
    );
  });

  it.each(['root', 'training', 'service:', 'service:billing', 'ML-Engineer', '*', ''])('refuses the name "%s"', (name) => {
    expect(() => parsePermission(['ml-engineer', name])).toThrow(
      expect.objectContaining({ slug: 'identity/unknown-permission' }),
    );
  });

  it('refuses a list that names nobody', () => {
    expect(() => parsePermission([])).toThrow(expect.objectContaining({ slug: 'identity/empty-permission' }));
  });

  it('lets in a person with one of its roles and no other', () => {
    expect(permits(person, parsePermission(['ml-engineer']))).toBe(true);
    expect(permits(person, parsePermission(['administrator', 'any-service']))).toBe(false);
  });

  it('lets in a service by its own name, never by a role', () => {
    expect(permits(service, parsePermission(['service:training']))).toBe(true);
    expect(permits(service, parsePermission(['any-role', 'service:registry']))).toBe(false);
  });

  it('lets nobody in who has no role', () => {
    expect(permits({ ...person, roles: [] }, parsePermission(['any-role', 'any-service']))).toBe(false);
  });
});
