import { GraphQLError } from 'graphql';
import { Problem } from '#libs/problem';
import { publicError, publicResult } from './public.errors.js';

describe('a public error', () => {
  const reported: unknown[] = [];
  const shown = (error: unknown) => publicError(error, (internal) => reported.push(internal)).toJSON();
  beforeEach(() => void reported.splice(0));

  it.each<[string, unknown]>([
    ['a bug', new TypeError('secret')],
    ['a bug inside a graph error', new GraphQLError('secret', { originalError: new TypeError('secret') })],
    [
      'a code that is none of ours',
      new GraphQLError('secret', { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', stack: 'secret' } }),
    ],
    ['an error of execution without a code', new GraphQLError('secret', { path: ['a'] })],
    ['something that is no error', 'secret'],
  ])('shows nothing of %s, and reports it', (_what, error) => {
    expect(shown(error)).toMatchObject({ message: 'internal error', extensions: { code: 'INTERNAL' } });
    expect(JSON.stringify(shown(error))).not.toContain('secret');
    expect(reported[0]).toBe(error);
  });

  it('keeps code, slug and facts of a problem, wherever it is wrapped', () => {
    const problem = new Problem('not-found', 'registry/model', 'no model x', { id: 'x' });
    for (const error of [problem, new GraphQLError('outer', { originalError: problem, path: ['a'] })]) {
      expect(shown(error)).toMatchObject({
        message: 'no model x',
        extensions: { code: 'NOT_FOUND', problem: 'registry/model', facts: { id: 'x' } },
      });
    }
    expect(reported).toEqual([]);
  });

  it('keeps of a known code what is ours, and its path, and nothing else', () => {
    const error = new GraphQLError('no', {
      path: ['a', 0],
      extensions: { code: 'CONFLICT', problem: 'x/y', stacktrace: ['secret'] },
    });
    expect(shown(error)).toEqual({ message: 'no', path: ['a', 0], extensions: { code: 'CONFLICT', problem: 'x/y' } });
  });

  it('leaves a result without errors as it is', () => {
    const result = { data: { a: 1 } };
    expect(publicResult(result, () => undefined)).toBe(result);
  });
});
