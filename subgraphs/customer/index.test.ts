import { createRemoteJWKSet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHttpServer } from '../../platform/http/server.js';
import { verifyAccessToken } from '../../platform/identity/access-token.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { type TestSubgraph, textAt } from '../../tests/support/subgraph.js';
import { startCustomer } from './index.js';
import { RINA, startTestCustomer } from './testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

test('anybody verifies its tokens with the keys at /.well-known/jwks.json', async () => {
  const { log } = customer.platform;
  const ready = async () => undefined;
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: customer.running.routes,
    ready,
    log,
  });
  try {
    const address = `http://127.0.0.1:${server.port}/.well-known/jwks.json`;
    const keys = createRemoteJWKSet(new URL(address));
    const result = await customer.run(
      ANONYMOUS,
      'mutation { signIn(input: { email: "rina@kedai.test", password: "kedai-demo" }) { session { accessToken } } }',
    );
    const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = customer.platform.config.environment;
    const token = textAt(result, 'signIn', 'session', 'accessToken');
    expect(await verifyAccessToken(keys, { issuer, audience, requiresType: true }, token)).toMatchObject({
      identity: { customerId: RINA.customerId },
    });
    expect(JSON.stringify(await (await fetch(address)).json())).not.toContain('"d":');
  } finally {
    await server.stop();
  }
});

test('without a signing key it does not start, and names the setting', async () => {
  const database = await freshDatabase('customer');
  const platform = await openTestPlatform({ CUSTOMER_DATABASE_URL: database.url });
  await expect(startCustomer(platform)).rejects.toThrow(/^JWT_PRIVATE_KEY_FILE is missing/);
  await platform.drop();
  await database.drop();
});
