import { GraphQLError } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { executeRest, executeRestToText } from './execute.js';
import { drinks } from './testing/drinks.js';
import type { LocalSupergraph } from './testing/local-supergraph.js';

let local: LocalSupergraph;
beforeEach(() => {
  local = drinks();
});

describe('a subscription', () => {
  const source = 'subscription ($id: ID!) { changed: drinkChanged(id: $id) { name left fans { name } } }';

  it('opens at the service that owns the stream, with the client’s variables', () => {
    const { subscription, type } = local.prepare(source);
    expect(type).toBe('subscription');
    expect(subscription?.serviceName).toBe('menu');
    expect(subscription?.request({ id: '1', other: 2 })).toMatchObject({
      operationType: 'subscription',
      variables: { id: '1' },
    });
  });

  it('fetches the rest for every event, and leaves the event as it was', async () => {
    const prepared = local.prepare(source);
    const event = { data: { changed: { __typename: 'Drink', id: '1', name: 'Kopi' } } };
    const before = JSON.stringify(event);
    const options = { variables: { id: '1' }, clients: local.clients, call: local.call };
    const expected = { data: { changed: { name: 'Kopi', left: 7, fans: [{ name: 'Person a' }] } } };
    expect(await executeRest(prepared, event, options)).toEqual(expected);
    expect(JSON.parse(await executeRestToText(prepared, event, options))).toEqual(expected);
    expect(JSON.stringify(event)).toBe(before);
  });

  it('outlives a secondary subgraph: its fields are null, with SUBGRAPH_UNAVAILABLE', async () => {
    local.clients.delete('people');
    const event = { data: { changed: { __typename: 'Drink', id: '1', name: 'Kopi' } } };
    const options = { variables: { id: '1' }, clients: local.clients, call: local.call };
    const { data, errors } = await executeRest(local.prepare(source), event, options);
    expect(data).toEqual({ changed: { name: 'Kopi', left: 7, fans: null } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'people' },
    ]);
  });

  it('passes on an event’s own errors under the stream’s service', async () => {
    const event = { data: null, errors: [new GraphQLError('lost', { path: ['changed'] })] };
    const options = { variables: { id: '1' }, clients: local.clients, call: local.call };
    const { data, errors } = await executeRest(local.prepare(source), event, options);
    expect(data).toBeNull();
    expect(errors?.map(({ message, path, extensions }) => [message, path, extensions.serviceName])).toEqual([
      ['lost', ['changed'], 'menu'],
    ]);
  });
});
