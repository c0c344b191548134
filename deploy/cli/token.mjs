// `npm run token`: builds where sources are newer than the build.
import { buildIfStale } from '../build/build.mjs';

buildIfStale();
await import('../../dist/deploy/cli/token.js');
