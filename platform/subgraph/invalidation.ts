/**
 * Word that a subgraph's data has changed, for who keeps answers of it. It says no more than that: it may be lost, as
 * everything on the bus may, and then what is kept ends by its age.
 */
import type { Bus, BusMessage } from '../bus/bus.js';
import type { SubgraphName } from '../config.js';

const topicOf = (subgraph: SubgraphName) => `changed:${subgraph}`;

export function tellChanged(bus: Bus, subgraph: SubgraphName): void {
  bus.publish(topicOf(subgraph), {});
}

/**
 * Calls when something has changed, and once when it begins to hear of that: what was told before is not known. It does
 * not wait for a bus that is away. Answers with how to stop.
 */
export function followChanges(bus: Bus, subgraph: SubgraphName, changed: () => void): () => Promise<void> {
  let isStopped = false;
  let messages: AsyncIterableIterator<BusMessage> | undefined;

  async function follow(): Promise<void> {
    messages = await bus.subscribe(topicOf(subgraph));
    if (isStopped) return void (await messages.return?.());
    changed();
    for await (const _message of messages) changed();
  }

  // Who cannot follow any more knows nothing, and what is kept ends by its age.
  const ended = follow().catch(changed);
  return async () => {
    isStopped = true;
    if (messages === undefined) return;
    await messages.return?.();
    await ended;
  };
}
