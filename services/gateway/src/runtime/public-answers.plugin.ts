import type { GatewayPlugin } from '@graphql-hive/gateway-runtime';
import type { ExecutionResult } from '@graphql-tools/utils';
import { publicResult, type ReportInternal } from './public.errors.js';

type Answer = ExecutionResult | AsyncIterable<ExecutionResult>;

function isStream(answer: Answer): answer is AsyncIterable<ExecutionResult> {
  return Symbol.asyncIterator in answer;
}

/** Maps each result and passes `return` on at once, so that an unsubscribed source is let go without waiting for its next event. */
function publicStream(
  stream: AsyncIterable<ExecutionResult>,
  report: ReportInternal,
): AsyncGenerator<ExecutionResult, undefined> {
  const source = stream[Symbol.asyncIterator]();
  const finished = { done: true, value: undefined } as const;
  return {
    async next() {
      const step = await source.next();
      return step.done ? finished : { done: false, value: publicResult(step.value, report) };
    },
    async return() {
      await source.return?.();
      return finished;
    },
    async throw(error) {
      await source.return?.();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await source.return?.();
    },
  };
}

/** The last thing that sees an answer, over HTTP and over sockets alike: no error leaves without passing here. */
export function publicAnswers(report: ReportInternal): GatewayPlugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (!result || Array.isArray(result)) return;
      const answer = result as Answer;
      setResult((isStream(answer) ? publicStream(answer, report) : publicResult(answer, report)) as typeof result);
    },
  };
}
