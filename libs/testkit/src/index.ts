export { postgres, type TestDatabase } from './postgres.js';
export { openIssuer, type IssuerDoor } from './issuer-door.js';
