import type { LocalIssuer, Role } from '#libs/identity';

/** Tokens of the seven local people, each renewed before it expires. */
export class People {
  private readonly held = new Map<Role, { readonly token: string; readonly renewAtMs: number }>();

  constructor(private readonly issuer: LocalIssuer) {}

  /** `Bearer …` of the person with this role. */
  async authorization(role: Role): Promise<string> {
    const held = this.held.get(role);
    if (held && Date.now() < held.renewAtMs) return `Bearer ${held.token}`;
    const token = await this.issuer.tokenForRole(role, { lifetimeSeconds: 3_600 });
    this.held.set(role, { token, renewAtMs: Date.now() + 3_000_000 });
    return `Bearer ${token}`;
  }
}
