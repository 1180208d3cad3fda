/** A stream that ends as soon as its caller's signal aborts. */
import type { ExecutionResult } from 'graphql';
import type { Cancellation } from './client.js';

export function streamOf(
  events: AsyncIterator<ExecutionResult, void>,
  signal: Cancellation,
): AsyncIterableIterator<ExecutionResult> {
  const stop = () => void events.return?.();
  const release = () => signal.removeEventListener('abort', stop);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    async next() {
      try {
        const event = await events.next();
        if (!event.done) return event;
        release();
        return { done: true, value: undefined };
      } catch (error) {
        release();
        throw error;
      }
    },
    async return() {
      release();
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A stream of one result, such as a refusal. */
export async function* only(answer: ExecutionResult): AsyncGenerator<ExecutionResult, void, void> {
  yield answer;
}
