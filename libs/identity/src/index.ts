export { ROLES, SERVICES, isRole, isServiceName, type Role, type ServiceName } from './role.js';
export type { Viewer } from './viewer.js';
export { isWorkspace } from './claims.js';
export { formatPermission, parsePermission, permits, type Permission } from './permission.js';
export { AUDIENCE, TokenVerifier, type TokenVerifierOptions } from './token-verifier.js';
export { LOCAL_WORKSPACE, LocalIssuer, type LocalIssuerOptions, type PersonTokenOptions } from './local-issuer.js';
export { localPerson, type LocalPerson } from './local-people.js';
export type { TokenAnswer, TokenRequest } from './client-credentials.js';
export { ServiceTokens, type ServiceTokensOptions } from './service-tokens.js';
