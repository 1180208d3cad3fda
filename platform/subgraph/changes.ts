/**
 * Word that a subgraph's data has changed, for who keeps answers of it. It says no more than that: it may be lost, as
 * everything on the bus may, and then what is kept ends by its age.
 */
import type { Bus } from '../bus/bus.js';
import type { SubgraphName } from '../config.js';

const topicOf = (subgraph: SubgraphName) => `changed:${subgraph}`;

export function tellChanged(bus: Bus, subgraph: SubgraphName): void {
  bus.publish(topicOf(subgraph), {});
}

/** Answers with how to stop. */
export async function followChanges(
  bus: Bus,
  subgraph: SubgraphName,
  changed: () => void,
): Promise<() => Promise<void>> {
  const messages = await bus.subscribe(topicOf(subgraph));
  const following = (async () => {
    for await (const _message of messages) changed();
  })();
  // Who cannot follow any more knows nothing, and what is kept ends by its age.
  const ended = following.catch(changed);
  return async () => {
    await messages.return?.();
    await ended;
  };
}
