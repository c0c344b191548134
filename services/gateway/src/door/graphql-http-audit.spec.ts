import { serverAudits } from 'graphql-http';
import { PlatformFixture } from '../fixture/platform.fixture.js';

describe('the audit of GraphQL over HTTP', () => {
  let platform: PlatformFixture;
  beforeAll(async () => {
    platform = await PlatformFixture.start();
  });
  afterAll(() => platform.stop());

  it('passes', async () => {
    const authorization = await platform.bearer();
    const fetchFn = (input: string, init: RequestInit = {}) =>
      fetch(input, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } });
    const audits = serverAudits({ url: `${platform.url}/graphql`, fetchFn });
    const outcomes = await Promise.all(audits.map(async (audit) => ({ audit, result: await audit.fn() })));
    const failed = outcomes
      .filter(({ result }) => result.status !== 'ok')
      .map(({ audit, result }) => `${audit.id} ${audit.name}: ${result.status} ${'reason' in result ? result.reason : ''}`);
    expect(failed).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(50);
  });
});
