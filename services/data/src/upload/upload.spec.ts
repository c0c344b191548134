import { createHash } from 'node:crypto';
import { DataFixture } from '../fixture/data.fixture.js';
import { announcedHash } from './upload.js';

const sha256 = (text: string) => createHash('sha256').update(text);

describe('an upload', () => {
  let data: DataFixture;
  beforeAll(async () => {
    data = await DataFixture.start({ UPLOAD_MAX_BYTES: '1000' });
  });
  afterAll(() => data.stop());
  const problemOf = async (response: Response) => ({
    status: response.status,
    type: ((await response.json()) as { type: string }).type,
  });

  it('answers the hash of the bytes, and the same one for the same bytes', async () => {
    for (let time = 0; time < 2; time++) {
      const response = await data.upload('hello');
      expect(response.status).toBe(201);
      expect(await response.json()).toEqual({ hash: sha256('hello').digest('hex'), sizeBytes: 5 });
    }
    const uploads = await data.rows(`select uploaded_by from upload where hash = $1`, [sha256('hello').digest('hex')]);
    expect(uploads).toEqual([{ uploaded_by: expect.stringContaining('data-engineer') }]);
  });

  it('is refused when it is longer than allowed, empty, or not what its digest announces', async () => {
    expect(await problemOf(await data.upload('x'.repeat(1001)))).toEqual({ status: 413, type: 'objects/too-large' });
    expect(await problemOf(await data.upload(''))).toEqual({ status: 400, type: 'data/upload-empty' });
    const digest = { 'content-digest': `sha-256=:${sha256('other').digest('base64')}:` };
    expect(await problemOf(await data.upload('hello', digest))).toEqual({ status: 400, type: 'objects/hash-mismatch' });
    const right = { 'content-digest': `sha-512=:eA==:, sha-256=:${sha256('hello').digest('base64')}:` };
    expect((await data.upload('hello', right)).status).toBe(201);
  });

  it('is bytes, so a body that was sent as JSON is refused instead of taken apart', async () => {
    expect(await problemOf(await data.upload('{"a":1}', { 'content-type': 'application/json' }))).toEqual({
      status: 400,
      type: 'data/upload-type',
    });
  });

  it('is refused without a token, with an expired one, and to other roles', async () => {
    const expired = await data.issuer.tokenForRole('data-engineer', { lifetimeSeconds: -120 });
    expect((await data.upload('x', { authorization: '' })).status).toBe(401);
    expect((await data.upload('x', { authorization: `Bearer ${expired}` })).status).toBe(401);
    expect((await data.upload('x', { authorization: await data.bearer('data-analyst') })).status).toBe(403);
    expect(await data.rows(`select from upload where size_bytes = 1`)).toEqual([]);
  });

  it('announces its hash as RFC 9530 writes it', () => {
    expect(announcedHash(undefined)).toBeUndefined();
    expect(announcedHash('sha-512=:AAAA:')).toBeUndefined();
    expect(announcedHash(`sha-256=:${sha256('a').digest('base64')}:`)).toBe(sha256('a').digest('hex'));
  });
});
