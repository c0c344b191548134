import { isServiceName, type ServiceName } from './role.js';

/** A call of the token endpoint (RFC 6749, 4.4): the parsed form and the `authorization` header, if any. */
export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization?: string | undefined;
}

/** What the token endpoint answers, ready to be written as JSON. */
export interface TokenAnswer {
  readonly status: 200 | 400 | 401;
  readonly body: Readonly<Record<string, string | number>>;
}

export interface ClientCredentials {
  readonly service: ServiceName;
  readonly secret: string;
}

const WORKSPACE_SCOPE = 'workspace:';

/** An error answer of the token endpoint (RFC 6749, 5.2). */
export function refusal(status: 400 | 401, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description } };
}

/** The client of a request, by HTTP Basic or by form fields; undefined where neither names a service. */
export function clientOf({ form, authorization }: TokenRequest): ClientCredentials | undefined {
  const basic = /^Basic +([\w+/=]+)$/i.exec(authorization ?? '')?.[1];
  const [id, secret] = basic === undefined ? [form.get('client_id'), form.get('client_secret')] : basicPair(basic);
  if (!isServiceName(id) || typeof secret !== 'string') return undefined;
  return { service: id, secret };
}

// RFC 6749, 2.3.1: both halves are form-encoded before they are joined.
function basicPair(encoded: string): readonly [string | null, string | null] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return [null, null];
  const decode = (half: string) => new URLSearchParams(`v=${half}`).get('v');
  return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
}

/** A service asks for a token of one workspace by the scope `workspace:<name>`. */
export function workspaceScope(workspace: string): string {
  return WORKSPACE_SCOPE + workspace;
}

/** The workspace that the request's scope names, or undefined. */
export function workspaceOfScope(form: URLSearchParams): string | undefined {
  const scopes = (form.get('scope') ?? '').split(' ');
  return scopes.find((scope) => scope.startsWith(WORKSPACE_SCOPE))?.slice(WORKSPACE_SCOPE.length);
}
