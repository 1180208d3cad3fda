/**
 * The bench's two subgraphs: `levels` publishes a level for each POST, and `items` adds a field to each event, as most
 * subscriptions select fields of another subgraph.
 */
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, parse } from 'graphql';
import { sendText } from '../../platform/http/server.js';
import { subgraphTokens } from '../../platform/identity/subgraph-token.js';
import { AsyncQueue } from '../../platform/kit/async-queue.js';
import { createLog } from '../../platform/log.js';
import { type ServableSubgraph, serveSubgraph } from '../../platform/subgraph/serve.js';

export const SECRET = 'only for this bench, and thirty-two long';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

const LEVELS = parse(`
  ${LINK}
  type Query { level: Level }
  type Subscription { levelChanged: Level! }
  type Level { version: Int! sentAt: Float! onHand: Int! available: Int! item: Item! }
  type Item @key(fields: "id") { id: ID! }
`);

const ITEMS = parse(`
  ${LINK}
  type Item @key(fields: "id") { id: ID! name: String! unit: String! }
`);

/** The operation of every socket. */
export const SUBSCRIPTION =
  'subscription { levelChanged { version sentAt onHand available item { id name unit } } }';

export function composeSupergraph(urlOf: (name: string) => string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'levels', url: urlOf('levels'), typeDefs: LEVELS },
    { name: 'items', url: urlOf('items'), typeDefs: ITEMS },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Serves both; `POST /publish` at the first publishes the next version to all subscribers. */
export async function serveSubgraphs(levelsPort: number, itemsPort: number): Promise<void> {
  const open = new Set<AsyncQueue<object>>();
  let version = 0;
  const levelNow = () => ({
    version,
    sentAt: performance.timeOrigin + performance.now(),
    onHand: 1_000 - (version % 1_000),
    available: 900,
    item: { id: 'milk' },
  });
  const listen = () => {
    const queue: AsyncQueue<object> = new AsyncQueue({
      overflow: { kind: 'fail', error: () => new Error('too far behind') },
      onReturn: () => open.delete(queue),
    });
    queue.push({ levelChanged: levelNow() });
    open.add(queue);
    return queue;
  };
  const levels = servable('levels', LEVELS, {
    Query: { level: levelNow },
    Subscription: { levelChanged: { subscribe: listen } },
  });
  const items = servable('items', ITEMS, {
    Item: {
      __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Whole milk', unit: 'MILLILITRE' }),
    },
  });
  const options = { host: '127.0.0.1', tokens: subgraphTokens(SECRET), log: createLog('warn') };
  await serveSubgraph(
    {
      ...levels,
      routes: [
        {
          method: 'POST',
          path: '/publish',
          handle(_request, response) {
            version += 1;
            const event = { levelChanged: levelNow() };
            for (const queue of open) queue.push(event);
            sendText(response, 200, String(version));
          },
        },
      ],
    },
    { ...options, port: levelsPort },
  );
  await serveSubgraph(items, { ...options, port: itemsPort });
}

function servable(name: string, typeDefs: DocumentNode, resolvers: object): ServableSubgraph {
  return {
    name,
    schema: buildSubgraphSchema([{ typeDefs, resolvers: { ...resolvers } }]),
    context: () => ({}),
    routes: [],
    ready: async () => {},
  };
}
