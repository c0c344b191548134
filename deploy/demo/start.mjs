// `npm run demo`: builds where sources are newer than the build, then tells the story.
import { buildIfStale } from '../build/build.mjs';

buildIfStale();
await import('../../dist/deploy/demo/main.js');
