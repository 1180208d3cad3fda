/** A subgraph of somebody else's: any schema over HTTP and graphql-ws, open to everybody, with no notion of a gateway. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

export interface ForeignSubgraph {
  readonly url: string;
  readonly port: number;
  /** The `authorization` of every request and socket, in order. */
  readonly authorizations: (string | undefined)[];
  stop(): Promise<void>;
}

export async function serveForeignSubgraph(
  schema: GraphQLSchema,
  context: (authorization: string | undefined) => object,
  port = 0,
): Promise<ForeignSubgraph> {
  const authorizations: (string | undefined)[] = [];
  const noted = (authorization: unknown) => {
    const text = typeof authorization === 'string' ? authorization : undefined;
    authorizations.push(text);
    return text;
  };
  const server = createServer(
    createHandler({
      schema,
      context: (request) => ({ ...context(noted(request.raw.headers.authorization)) }),
    }),
  );
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const protocol = useServer(
    { schema, context: ({ connectionParams }) => context(noted(connectionParams?.authorization)) },
    sockets,
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    port: address.port,
    authorizations,
    async stop() {
      await protocol.dispose();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
