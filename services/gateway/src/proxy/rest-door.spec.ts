import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PlatformFixture } from '../fixture/platform.fixture.js';
import { doorOf } from './rest-doors.js';

describe('a REST door', () => {
  let platform: PlatformFixture;
  let service: Server;
  let handle: (request: IncomingMessage, response: ServerResponse) => void;
  let seen: IncomingMessage | undefined;

  beforeAll(async () => {
    service = createServer((request, response) => {
      seen = request;
      handle(request, response);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    platform = await PlatformFixture.start({
      DATA_URL: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      MAX_UPLOAD_BYTES: '1000000',
      UPLOAD_IDLE_MS: '300',
    });
  });
  afterAll(async () => {
    await platform.stop();
    service.closeAllConnections();
    await new Promise((resolve) => service.close(resolve));
  });
  beforeEach(() => {
    seen = undefined;
    handle = async (request, response) => {
      const body = await text(request).catch(() => undefined);
      if (body === undefined) return; // the gateway gave up
      response.writeHead(201, { 'content-type': 'text/plain', 'x-powered-by': 'secret', 'set-cookie': 'a=b', etag: '"1"' });
      response.end(`${body.length} bytes`);
    };
  });

  const upload = async (body: BodyInit, headers: Readonly<Record<string, string>> = {}, path = '/uploads?name=a.csv') =>
    fetch(platform.url + path, {
      method: 'POST',
      headers: { authorization: await platform.bearer('data-engineer'), 'content-type': 'application/json', ...headers },
      body,
      duplex: 'half',
    } as RequestInit);

  const problemOf = async (response: Response) => ({ status: response.status, ...((await response.json()) as object) });

  it('streams a body through to the service with what belongs to it, and the answer back', async () => {
    const response = await upload('x'.repeat(900_000), {
      cookie: 'session=1',
      'x-forwarded-for': '6.6.6.6',
      'x-checksum': 'abc',
    });
    expect([response.status, await response.text()]).toEqual([201, '900000 bytes']);
    expect(seen?.url).toBe('/uploads?name=a.csv');
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-checksum': 'abc',
      authorization: expect.stringMatching(/^Bearer /),
    });
    expect(seen?.headers).not.toHaveProperty('cookie');
    expect(seen?.headers).not.toHaveProperty('x-forwarded-for');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.has('set-cookie')).toBe(false);
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  it('asks nothing of the service without a good token', async () => {
    expect(await problemOf(await upload('x', { authorization: 'Bearer abc' }))).toMatchObject({
      status: 401,
      type: 'identity/token-invalid',
    });
    expect(seen).toBeUndefined();
  });

  it('refuses a large body by its stated length before the service hears of it', async () => {
    const sending = httpRequest(`${platform.url}/uploads`, {
      method: 'POST',
      headers: { authorization: await platform.bearer(), 'content-length': '1000001' },
    });
    const answered = new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
    sending.on('error', () => undefined).write('x');
    const response = await answered;
    expect(response.statusCode).toBe(413);
    expect(await text(response)).toContain('gateway/body-too-large');
    expect(seen).toBeUndefined();
  });

  it('cuts off a large body that states no length', async () => {
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const response = await upload(endless);
    expect(await problemOf(response)).toMatchObject({ status: 413, type: 'gateway/body-too-large' });
  });

  it('gives up on a body that stands still', async () => {
    const stuck = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) });
    const response = await upload(stuck);
    expect(await problemOf(response)).toMatchObject({ status: 504, type: 'gateway/stood-still' });
  });

  it('passes on a refusal that comes before the body is read', async () => {
    handle = (_request, response) => void response.writeHead(409).end('taken');
    const response = await upload('x'.repeat(500_000));
    expect([response.status, await response.text()]).toEqual([409, 'taken']);
  });

  it('says unavailable where the service hangs up', async () => {
    handle = (request) => void request.socket.destroy();
    expect(await problemOf(await upload('x'))).toMatchObject({ status: 503, type: 'gateway/service-unavailable' });
  });

  it('breaks off where the service breaks off, so that half an answer is not taken for a whole one', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 50);
    };
    const response = await upload('x');
    await expect(response.text()).rejects.toThrow();
  });

  it('offers no other methods', async () => {
    const response = await fetch(`${platform.url}/uploads`, {
      method: 'PATCH',
      headers: { authorization: await platform.bearer() },
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, type: 'gateway/method' });
  });

  it.each(['/uploads/../health', '/uploads/%2e%2e/metrics', '/uploadsx'])('does not lead out of its path: %s', async (path) => {
    const { pathname } = new URL(path, 'http://gateway');
    expect(doorOf(pathname)).toBeUndefined();
    const raw = httpRequest({ host: '127.0.0.1', port: new URL(platform.url).port, path, method: 'GET' });
    await new Promise<void>((resolve) => raw.once('response', (response) => resolve(void response.resume())).end());
    expect(seen).toBeUndefined();
  });
});
