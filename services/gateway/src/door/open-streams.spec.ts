import { OpenStreams, type StreamEnd } from './open-streams.js';

const bounds = { maxStreams: 3, maxStreamsPerViewer: 2 };
const owner = (id: string, expiresAt = 3_600_000) => ({ id, workspace: 'main', expiresAt: new Date(expiresAt) });
const nothing = () => undefined;

describe('open streams', () => {
  it('are bounded for one person and in all, and counted out when they close', () => {
    const streams = new OpenStreams(bounds);
    const release = streams.add(owner('a'), 0, nothing);
    streams.add(owner('a'), 0, nothing);
    expect(() => streams.add(owner('a'), 0, nothing)).toThrow(expect.objectContaining({ kind: 'exhausted' }));
    streams.add({ ...owner('a'), workspace: 'other' }, 0, nothing);
    expect(() => streams.add(owner('b'), 0, nothing)).toThrow(expect.objectContaining({ kind: 'exhausted' }));
    release();
    release();
    expect(streams.size).toBe(2);
    streams.add(owner('a'), 0, nothing);
  });

  it('end with their token, at once where it has expired', async () => {
    const end = await new Promise<StreamEnd>((resolve) => new OpenStreams(bounds).add(owner('a', 1_000), 2_000, resolve));
    expect(end).toBe('token-expired');
  });

  it('all end when the gateway goes', () => {
    const streams = new OpenStreams(bounds);
    const ends: StreamEnd[] = [];
    streams.add(owner('a'), 0, (end) => ends.push(end));
    streams.add(owner('b'), 0, (end) => ends.push(end));
    streams.closeAll();
    expect(ends).toEqual(['closing', 'closing']);
  });
});
