/**
 * The subgraphs that Kedai is made of: the one list of them. What can be derived from it is: databases, settings, unit names, what the
 * fleet kills. `npm run add:subgraph` writes the rest (docs/extend.md).
 */

/** In the order in which they are started. */
export const SUBGRAPH_NAMES = ['customer', 'menu', 'order', 'stock', 'payment', 'messages'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

/** The own port of each when it is not in the gateway's process. */
export const SUBGRAPH_PORTS: Readonly<Record<SubgraphName, number>> = {
  customer: 4001,
  menu: 4002,
  order: 4003,
  stock: 4004,
  payment: 4005,
  messages: 4010,
};

/** What `Object.fromEntries` makes of an entry for each of them. @throws when one is missing. */
export function bySubgraph<Value>(
  entries: Iterable<readonly [SubgraphName, Value]>,
): Readonly<Record<SubgraphName, Value>> {
  const values: Partial<Record<SubgraphName, Value>> = Object.fromEntries(entries);
  if (!isWhole(values)) throw new Error('A subgraph is missing');
  return values;
}

function isWhole<Value>(
  values: Partial<Record<SubgraphName, Value>>,
): values is Readonly<Record<SubgraphName, Value>> {
  return SUBGRAPH_NAMES.every((name) => name in values);
}
