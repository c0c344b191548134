import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { IDENTITY, LOG, type HostIdentity } from '#libs/host';
import type { Viewer } from '#libs/identity';
import type { Logger } from '#libs/log';
import { Problem } from '#libs/problem';
import { ConsolePage } from '../console/console.page.js';
import { GATEWAY_ENV, type GatewayEnv } from '../env.js';
import { GRAPH_RUNTIME } from '../runtime/graph.provider.js';
import type { GraphRuntime } from '../runtime/graph.runtime.js';
import { answerType } from './answer-type.js';
import { refuseOperation } from './graph.refusal.js';
import { OpenStreams } from './open-streams.js';
import { readOperation } from './operation.request.js';

/** `/graphql` over HTTP: operations as JSON, subscriptions as server-sent events, the page for a browser that asks for one. */
@Controller()
export class GraphqlController {
  constructor(
    @Inject(GRAPH_RUNTIME) private readonly graph: GraphRuntime,
    @Inject(IDENTITY) private readonly identity: HostIdentity,
    @Inject(GATEWAY_ENV) private readonly env: GatewayEnv,
    @Inject(LOG) private readonly log: Logger,
    private readonly streams: OpenStreams,
    private readonly page: ConsolePage,
  ) {}

  @All('graphql')
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    try {
      if (this.page.wanted(request)) return await this.page.send(response);
      await this.operate(request, response);
    } catch (error) {
      if (!(error instanceof Problem)) this.log.error({ err: error }, 'an operation could not be taken');
      refuseOperation(request, response, error);
    }
  }

  private async operate(request: Request, response: Response): Promise<void> {
    if (request.method !== 'POST' && request.method !== 'GET') {
      response.setHeader('allow', 'GET, POST');
      throw new Problem('invalid', 'gateway/method', 'an operation is sent by POST, a query also by GET');
    }
    const viewer = await this.identity.verify(request.headers.authorization);
    if (request.method === 'POST') {
      const bounds = { maxBytes: this.env.MAX_BODY_BYTES, deadlineMs: this.env.BODY_DEADLINE_MS };
      // The runtime takes a parsed body where there is one and leaves the stream alone.
      Object.assign(request, { body: await readOperation(request, bounds) });
    }
    this.negotiate(request, response, viewer);
    response.setHeader('cache-control', 'no-store');
    await this.graph.hive.requestListener(request, response);
  }

  private negotiate(request: Request, response: Response, viewer: Viewer): void {
    const type = answerType(request.headers.accept);
    if (type === undefined) {
      throw new Problem('invalid', 'gateway/not-acceptable', 'an answer is JSON, or an event stream where one is asked for');
    }
    request.headers.accept = type;
    if (type === 'text/event-stream') {
      response.once(
        'close',
        this.streams.add(viewer, Date.now(), () => response.destroy()),
      );
    }
  }
}
