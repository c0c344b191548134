import { SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import { Problem } from '#libs/problem';
import { isWorkspace } from './claims.js';
import { clientOf, refusal, workspaceOfScope, type TokenAnswer, type TokenRequest } from './client-credentials.js';
import { openLocalKey, openServiceSecrets, sameSecret, type LocalKey, type ServiceSecrets } from './local-keys.js';
import { localPerson, type LocalPerson } from './local-people.js';
import { ROLES, type Role, type ServiceName } from './role.js';
import { AUDIENCE } from './token-verifier.js';

/** The workspace of a local platform, unless another is asked for. */
export const LOCAL_WORKSPACE = 'main';

export interface LocalIssuerOptions {
  /** Where the key and the service secrets are kept, readable by the owner alone. */
  readonly folder: string;
  /** The `iss` of its tokens and the address that its doors stand under, without a slash at the end. */
  readonly issuer: string;
  /** The value of NODE_ENV; `production` is refused. */
  readonly nodeEnv: string | undefined;
  /** Twelve hours when left out. */
  readonly personLifetimeSeconds?: number;
  /** Ten minutes when left out. */
  readonly serviceLifetimeSeconds?: number;
}

export interface PersonTokenOptions {
  readonly workspace?: string;
  readonly lifetimeSeconds?: number;
}

/** The issuer of a development platform: seven people, eight services, one ES256 key in a folder. */
export class LocalIssuer {
  readonly people: readonly LocalPerson[] = ROLES.map(localPerson);

  private constructor(
    private readonly options: LocalIssuerOptions,
    private readonly key: LocalKey,
    private readonly secrets: ServiceSecrets,
  ) {}

  /**
   * Opens the issuer kept in the folder, making its key and secrets on first use.
   * @throws Problem `identity/local-issuer-refused` in production, where anybody with the folder could be anybody
   */
  static async open(options: LocalIssuerOptions): Promise<LocalIssuer> {
    if (options.nodeEnv === 'production') {
      throw new Problem(
        'forbidden',
        'identity/local-issuer-refused',
        'the local issuer does not run in production; name an OpenID Connect issuer',
      );
    }
    return new LocalIssuer(options, await openLocalKey(options.folder), await openServiceSecrets(options.folder));
  }

  /** The document of `/.well-known/openid-configuration` (OpenID Connect Discovery 1.0). */
  discovery(): Readonly<Record<string, string | readonly string[]>> {
    const { issuer } = this.options;
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/oauth/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }

  /** The document of `/.well-known/jwks.json`: public keys only. */
  jwks(): JSONWebKeySet {
    return { keys: [this.key.publicJwk] };
  }

  /** The client secret of a service, for the launcher to hand to that service and to no other. */
  secretOf(service: ServiceName): string {
    return this.secrets[service];
  }

  /** Signs a token for the person who holds `role`. */
  tokenForRole(role: Role, options: PersonTokenOptions = {}): Promise<string> {
    const { id, name } = localPerson(role);
    const lifetime = options.lifetimeSeconds ?? this.options.personLifetimeSeconds ?? 12 * 3600;
    return this.sign({ sub: id, name, roles: [role], workspace: options.workspace ?? LOCAL_WORKSPACE }, lifetime);
  }

  /** Signs a token for a service inside one workspace. */
  tokenForService(service: ServiceName, workspace: string = LOCAL_WORKSPACE): Promise<string> {
    return this.sign({ sub: `service:${service}`, name: service, service, workspace }, this.serviceLifetimeSeconds);
  }

  /** Answers a call of `/oauth/token`: client credentials only, the workspace by scope `workspace:<name>`. */
  async grant(request: TokenRequest): Promise<TokenAnswer> {
    const client = clientOf(request);
    if (client === undefined || !sameSecret(client.secret, this.secrets[client.service])) {
      return refusal(401, 'invalid_client', 'the client is unknown or its secret is wrong');
    }
    if (request.form.get('grant_type') !== 'client_credentials') {
      return refusal(400, 'unsupported_grant_type', 'only client_credentials is granted');
    }
    const workspace = workspaceOfScope(request.form) ?? LOCAL_WORKSPACE;
    if (!isWorkspace(workspace)) return refusal(400, 'invalid_scope', 'the scope names no workspace');
    const token = await this.tokenForService(client.service, workspace);
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: this.serviceLifetimeSeconds } };
  }

  private get serviceLifetimeSeconds(): number {
    return this.options.serviceLifetimeSeconds ?? 600;
  }

  private sign(claims: JWTPayload, lifetimeSeconds: number): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: this.key.kid, typ: 'JWT' })
      .setIssuer(this.options.issuer)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(this.key.sign);
  }
}
