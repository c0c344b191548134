import type { IncomingMessage } from 'node:http';
import { CloseCode, type Server } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { GraphSocketExtra } from './socket.identity.js';

/** A socket that does not answer a ping for this long is gone. */
const KEEP_ALIVE_MS = 12_000;

function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, KEEP_ALIVE_MS);
  return () => clearInterval(timer);
}

/**
 * Speaks the protocol on one socket. The library's own binding writes each fault of a client to standard error,
 * where any stranger could fill a disk; here the fault closes the socket and that is all.
 */
export function speak(
  protocol: Server<GraphSocketExtra>,
  socket: WebSocket,
  request: IncomingMessage,
  onFault: (error: unknown) => void,
): void {
  const rest = keepAlive(socket);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (message) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve();
          socket.send(message, (error) => (error ? reject(error) : resolve()));
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on('message', (message: Buffer) => {
          take(message.toString('utf8')).catch((error: unknown) => {
            onFault(error);
            socket.close(CloseCode.InternalServerError, 'internal error');
          });
        }),
    },
    { socket, request },
  );
  socket.on('error', () => socket.terminate()); // broken frames, too large messages: ws has sent the close code already
  socket.once('close', (code, reason) => {
    rest();
    void closed(code, reason.toString('utf8'));
  });
}
