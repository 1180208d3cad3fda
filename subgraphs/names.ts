/** The subgraphs that Kedai is made of: the one list of them, in the order in which they are started. */
export const SUBGRAPH_NAMES = ['customer', 'menu', 'order', 'stock', 'payment'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];
