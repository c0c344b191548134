import { readFileSync } from 'node:fs';
import { operationOf, stepsOf, withChanges } from './walkthrough.js';

const [main, other] = readFileSync('deploy/demo/your-data.md', 'utf8').split('## Another file');

describe('the page that takes a reader to a first prediction', () => {
  it('has steps whose every word in capitals was kept by an earlier one', () => {
    const known = new Set(['ML_ENGINEER_TOKEN', 'DATA_ENGINEER_TOKEN']);
    for (const step of stepsOf(main!)) {
      if (step.kind === 'graphql')
        for (const [word] of step.document.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) expect(known).toContain(word);
      if ('keeps' in step) for (const { name } of step.keeps) known.add(name);
    }
  });

  it('says who asks in each operation', () => {
    expect(stepsOf(main!).filter((step) => step.kind === 'graphql' && !step.role)).toEqual([]);
  });

  it('changes only operations that it has', () => {
    const operations = new Set(stepsOf(main!).map(operationOf));
    const changes = stepsOf(other!);
    expect(changes.length).toBeGreaterThan(5);
    expect(changes.map(operationOf).filter((operation) => !operations.has(operation))).toEqual([]);
    expect(withChanges(stepsOf(main!), changes)).toHaveLength(stepsOf(main!).length);
  });
});
