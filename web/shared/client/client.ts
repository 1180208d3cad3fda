/** The screens' GraphQL client: requests by HTTP with the session's cookie, subscriptions over the one socket of `connection.ts`. */
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { language } from '../text/language.js';
import { socket } from './connection.js';
import { timed } from './operation-log.js';
import { readSession } from './session.js';

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetchOptions: { credentials: 'same-origin', headers: { 'accept-language': language } },
  exchanges: [
    timed,
    mapExchange({
      onError({ graphQLErrors }) {
        // The session has ended elsewhere.
        if (graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')) void readSession();
      },
    }),
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query, variables, extensions }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe(
            { query: query ?? '', variables, extensions },
            {
              next: ({ data, errors }) => sink.next(errors === undefined ? { data: data ?? null } : { data: data ?? null, errors }),
              error: (error) => sink.error(error),
              complete: () => sink.complete(),
            },
          ),
        }),
      }),
    }),
  ],
});
