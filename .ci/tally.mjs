// Prints `N passed, M failed` of a jest report; a file that could not be run at all counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

const file = process.argv[2];
if (existsSync(file)) {
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(file, 'utf8'));
  console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`);
}
