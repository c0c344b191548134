export { postgres, type TestDatabase } from './postgres.js';
