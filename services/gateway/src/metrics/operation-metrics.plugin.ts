import { performance } from 'node:perf_hooks';
import { getOperationAST, type DocumentNode } from 'graphql';
import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import type { GatewayMetrics } from './gateway.metrics.js';

interface Outcome {
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
}
interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}

function outcomeOf(result: unknown): string {
  const error = (result as Outcome | undefined)?.errors?.[0];
  if (!error) return 'ok';
  const code = error.extensions?.['code'];
  return typeof code === 'string' ? code.toLowerCase() : 'internal';
}

function observe(metrics: GatewayMetrics, { document, operationName }: Operation): (result: unknown) => void {
  const type = getOperationAST(document, operationName)?.operation ?? 'unknown';
  const started = performance.now();
  return (result) => {
    metrics.seconds.observe({ type }, (performance.now() - started) / 1000);
    metrics.operations.inc({ type, outcome: outcomeOf(result) });
  };
}

/** Counts and times every operation that is executed. */
export function measured(metrics: GatewayMetrics): GatewayPlugin {
  return {
    onExecute({ args }) {
      const done = observe(metrics, args);
      return { onExecuteDone: ({ result }) => done(result) };
    },
    onSubscribe({ args }) {
      const done = observe(metrics, args);
      return { onSubscribeResult: ({ result }) => done(result) };
    },
  };
}
