import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalIssuer } from '#libs/identity';

/** The local issuer behind a door of its own, as the gateway opens it. */
export interface IssuerDoor {
  readonly url: string;
  readonly issuer: LocalIssuer;
  stop(): Promise<void>;
}

/** Opens an issuer whose key and secrets lie in `folder`: keys at every path, tokens at `/oauth/token`. */
export async function openIssuer(folder: string): Promise<IssuerDoor> {
  const ready = Promise.withResolvers<LocalIssuer>();
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const grant = {
        form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
        authorization: request.headers.authorization,
      };
      const issuer = await ready.promise;
      const { status, body } = request.url === '/oauth/token' ? await issuer.grant(grant) : { status: 200, body: issuer.jwks() };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  ready.resolve(await LocalIssuer.open({ folder, issuer: url, nodeEnv: 'test' }));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, issuer: await ready.promise, stop };
}
