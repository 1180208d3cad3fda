/**
 * Invalidates cached responses: a subgraph publishes that its data has changed, and gateways drop what they have cached of it.
 * A message may be lost, as any on the bus; the cached response then lives until its maximum age.
 */
import type { Bus, BusMessage } from '../bus/bus.js';

const topicOf = (subgraph: string) => `changed:${subgraph}`;

export function publishInvalidation(bus: Bus, subgraph: string): void {
  bus.publish(topicOf(subgraph), {});
}

/**
 * Calls `invalidate` on every change, and once when the subscription begins, since earlier changes were missed. Does not
 * wait for a bus that is away. Returns how to stop.
 */
export function subscribeToInvalidations(
  bus: Bus,
  subgraph: string,
  invalidate: () => void,
): () => Promise<void> {
  let isStopped = false;
  let messages: AsyncIterableIterator<BusMessage> | undefined;

  async function receive(): Promise<void> {
    messages = await bus.subscribe(topicOf(subgraph));
    if (isStopped) return void (await messages.return?.());
    invalidate();
    for await (const _message of messages) invalidate();
  }

  // Without a subscription, cached responses live until their maximum age.
  const ended = receive().catch(invalidate);
  return async () => {
    isStopped = true;
    if (messages === undefined) return;
    await messages.return?.();
    await ended;
  };
}
