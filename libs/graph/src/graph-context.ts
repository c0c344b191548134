import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Viewer } from '#libs/identity';

/** What travels with one GraphQL operation. */
export interface GraphContext {
  /** Absent only where no token was sent; every guarded field then refuses. */
  readonly viewer?: Viewer;
  /** Ends when the client goes away. */
  readonly signal?: AbortSignal;
}

/** Parameter decorator: the verified person or service behind the operation. */
export const CurrentViewer = createParamDecorator(
  (_: unknown, execution: ExecutionContext): Viewer | undefined =>
    GqlExecutionContext.create(execution).getContext<GraphContext>().viewer,
);
