/** Plain @apollo/gateway behind @apollo/server, as their documentation starts them, passing on the client's authorization. */
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

class Authorized extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization) request.http.headers.set('authorization', context.authorization);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.env.SUPERGRAPH_FILE, 'utf8'),
  buildService: ({ url }) => new Authorized({ url }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
});
