import { status, type ServiceError } from '@grpc/grpc-js';
import { Problem } from '#libs/problem';
import { GraphRefusal, type GraphFault } from './graph-client.js';

/** How a door said no: its own status, and the slug that is the same at every door. */
export interface Refusal {
  /** `extensions.code` of the graph, the name of a gRPC status, an HTTP status, or the code with which a socket was closed. */
  readonly status: string | number;
  readonly problem: string | undefined;
}

/** How a call was refused, whatever door it went to. @throws Error where it was not */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    const answer = await call;
    throw new Error(
      `it was not refused: ${JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))}`,
    );
  } catch (error) {
    const refusal = readRefusal(error);
    if (!refusal) throw error;
    return refusal;
  }
}

function readRefusal(error: unknown): Refusal | undefined {
  if (error instanceof GraphRefusal) return fromFault(error.faults[0]!);
  if (Array.isArray(error)) return fromFault(error[0] as GraphFault); // graphql-ws rejects with the errors themselves
  if (error instanceof Problem) return { status: error.kind, problem: error.slug };
  if (isServiceError(error)) return { status: status[error.code]!, problem: error.metadata.get('problem-type')[0]?.toString() };
  if (isClose(error)) return { status: error.code, problem: error.reason };
  return undefined;
}

function fromFault({ extensions }: GraphFault): Refusal {
  return { status: extensions?.code ?? 'none', problem: extensions?.problem };
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'metadata' in error;
}

function isClose(error: unknown): error is { readonly code: number; readonly reason: string } {
  return typeof error === 'object' && error !== null && 'code' in error && 'reason' in error && 'wasClean' in error;
}

/** The refusal of an HTTP door: a problem document (RFC 9457), or an answer of the graph. */
export async function refusalOfHttp(response: Response): Promise<Refusal> {
  const body = (await response.json()) as { readonly type?: string; readonly errors?: readonly GraphFault[] };
  return { status: response.status, problem: body.type ?? body.errors?.[0]?.extensions?.problem };
}
