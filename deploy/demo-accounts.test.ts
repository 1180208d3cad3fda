import { expect, test } from 'vitest';
import { gatewayOptions } from '../gateway/configuration.js';
import { readConfig } from '../platform/config.js';
import { createLog } from '../platform/log.js';
import { demoAccounts } from './demo-accounts.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  JWKS_URL: 'http://127.0.0.1:9/jwks.json',
  SUBGRAPH_SECRET: 'a secret that has at least 32 characters',
  INTROSPECTION: 'on',
};

async function storyOf(variables: NodeJS.ProcessEnv) {
  const config = readConfig(variables);
  const kedai = { names: [], local: [], demo: demoAccounts(config) };
  return (await gatewayOptions(config, createLog('silent'), kedai)).story;
}

test('the explorer of a demo offers its accounts', async () => {
  const emails = ['rina', 'sari', 'budi', 'dewi', 'hq'].map((name) => `${name}@kedai.test`);
  for (const variables of [{}, { ...PRODUCTION, DEMO: 'on' }]) {
    const { demo } = (await storyOf(variables)) ?? {};
    expect(demo?.accounts.map(({ email }) => email)).toEqual(emails);
  }
});

test('without the demo it names no account, and in production it is empty', async () => {
  expect(JSON.stringify(await storyOf({ DEMO: 'off' }))).not.toMatch(/kedai\.test|kedai-demo/);
  expect(await storyOf(PRODUCTION)).toBeUndefined();
});

test('in front of another supergraph it is empty', async () => {
  expect(await storyOf({ SUPERGRAPH_FILE: 'other.graphql' })).toBeUndefined();
});
