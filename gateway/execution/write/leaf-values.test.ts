/** Leaf values on their way from a subgraph's answer to the client's, as text: nothing may change but what GraphQL says. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type ForeignGateway, startForeignGateway } from '../../../tests/support/foreign-gateway.js';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** A subgraph whose answers are these texts, by a word that the query has; and the bodies that it was sent. */
async function answering(texts: Readonly<Record<string, string>>) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      const word = Object.keys(texts).find((one) => body.includes(one)) ?? '';
      response.setHeader('content-type', 'application/json').end(texts[word]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/graphql`, bodies };
}

async function textOf({ url }: ForeignGateway, query: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.text();
}

async function gatewayOver(answers: Readonly<Record<string, string>>) {
  const meters = await answering(answers);
  const bills = await answering({ _entities: '{"data":{"_entities":[{"paid":9007199254740995}]}}' });
  const under = await startForeignGateway({
    meters: {
      typeDefs: `
        scalar Int64 scalar Json
        type Query { meter: Meter }
        type Meter @key(fields: "serial") {
          id: ID serial: Int64 reading: Int64 log: Json share: Float count: Int isOn: Boolean
        }`,
      resolvers: {},
      url: meters.url,
    },
    bills: {
      typeDefs: 'scalar Int64 type Meter @key(fields: "serial") { serial: Int64 paid: Int64 }',
      resolvers: {},
      url: bills.url,
    },
  });
  stops.unshift(() => under.stop());
  return { under, bills };
}

test('integers beyond 2^53 reach the client, and other subgraphs, digit for digit', async () => {
  const { under, bills } = await gatewayOver({
    meter:
      '{"data":{"meter":{"__typename":"Meter","serial":12345678901234567890,"reading":-9223372036854775808,"log":{"at":[9007199254740993,"9007199254740993",1]}}}}',
  });
  expect(await textOf(under, '{ meter { serial reading log paid } }')).toBe(
    '{"data":{"meter":{"serial":12345678901234567890,"reading":-9223372036854775808,"log":{"at":[9007199254740993,"9007199254740993",1]},"paid":9007199254740995}}}',
  );
  expect(bills.bodies[0]).toContain(
    '"representations":[{"__typename":"Meter","serial":12345678901234567890}]',
  );
});

test('an ID that a subgraph answers as an integer is a string to the client', async () => {
  for (const id of ['42', '-7', '9007199254740993']) {
    const { under } = await gatewayOver({ meter: `{"data":{"meter":{"id":${id}}}}` });
    expect(await textOf(under, '{ meter { id } }')).toBe(`{"data":{"meter":{"id":"${id}"}}}`);
  }
});

test('numbers of the built-in types stay the numbers that they are', async () => {
  const { under } = await gatewayOver({ meter: '{"data":{"meter":{"share":3,"count":7.0,"isOn":true}}}' });
  expect(await textOf(under, '{ meter { share count isOn } }')).toBe(
    '{"data":{"meter":{"share":3,"count":7,"isOn":true}}}',
  );
});

test.each(['"id":4.5', '"id":true', '"share":"3"', '"count":7.5', '"isOn":1'])(
  'a value that its type does not allow is null, with an error: %s',
  async (field) => {
    const { under } = await gatewayOver({ meter: `{"data":{"meter":{${field}}}}` });
    const name = field.split('"')[1] ?? '';
    const { data, errors } = JSON.parse(await textOf(under, `{ meter { ${name} } }`));
    expect(data).toEqual({ meter: { [name]: null } });
    expect(errors).toMatchObject([{ path: ['meter', name], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  },
);
