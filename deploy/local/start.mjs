// `npm start`: builds where sources are newer than the build, then becomes the launcher (one process, so signals reach it).
import { buildIfStale } from '../build/build.mjs';

buildIfStale();
await import('../../dist/deploy/local/main.js');
