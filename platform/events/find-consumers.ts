/**
 * The consumers of a subgraph: each file of its `events/` folder that exports a function `consumer` is one, made of the subgraph's
 * parts. A new consumer is a file there and nothing else.
 */
import { readdir } from 'node:fs/promises';
import type { Consumer } from './consumer.js';

/** Tests stand beside the consumers in both, source maps beside what is built. */
const MODULE = /^(?!.*\.test\.)[^.]+\.[jt]s$/;

type MakeConsumer<Parts> = (parts: Parts) => Consumer;

/**
 * @param folder of the modules, with a slash at its end.
 * @param parts what every `consumer` of the folder takes.
 * @throws Error where two of them have one name: they would share a queue, and each would miss events.
 */
export async function findConsumers<Parts>(folder: URL, parts: Parts): Promise<Consumer[]> {
  const names = (await readdir(folder)).filter((name) => MODULE.test(name)).sort();
  const modules = await Promise.all(names.map((name) => import(new URL(name, folder).href)));
  const consumers = modules.filter(isConsumerModule<Parts>).map((module) => module.consumer(parts));
  const twice = consumers.find(({ name }, index) => consumers.findIndex((one) => one.name === name) < index);
  if (twice !== undefined) throw new Error(`Two consumers in ${folder.pathname} are called ${twice.name}.`);
  return consumers;
}

/** That it takes these parts is held by `npm run check`: every consumer is started. */
function isConsumerModule<Parts>(module: unknown): module is { readonly consumer: MakeConsumer<Parts> } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'consumer' in module &&
    typeof module.consumer === 'function'
  );
}
