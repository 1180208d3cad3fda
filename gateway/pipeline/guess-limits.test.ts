/** How guessing at accounts is limited. */
import { Agent, request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../platform/config.js';
import { openPlatform } from '../../platform/platform.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { describeWithRedis, startRedis } from '../../tests/support/redis.js';
import { type ShopGateway, startShopGateway } from '../../tests/support/shop-gateway.js';
import { eventually } from '../../tests/support/wait.js';

const attemptLimits = [{ field: 'enter', account: ['input', 'name'], succeeded: 'pass' }];
const GUESSED = Array.from({ length: 10 }, () => 200);

let under: ShopGateway;
const agents: Agent[] = [];

beforeEach(async () => {
  under = await startShopGateway({ attemptLimits, rateLimits: {} });
});
afterEach(async () => {
  await under.stop();
  for (const agent of agents.splice(0)) await agent.close();
});

interface Guess {
  readonly name?: string;
  readonly password?: string;
  readonly address?: string;
  readonly query?: string;
  readonly variables?: object;
  readonly at?: ShopGateway;
}

const ENTER = 'mutation ($input: EnterInput!) { enter(input: $input) { pass refusal } }';

async function enter({
  name = 'rina',
  password = 'wrong',
  address = '127.0.0.1',
  query = ENTER,
  variables = query === ENTER ? { input: { name, password } } : {},
  at = under,
}: Guess) {
  const agent = new Agent({ localAddress: address });
  agents.push(agent);
  const answer = await request(at.url, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  return { status: answer.statusCode, text: await answer.body.text(), after: answer.headers['retry-after'] };
}

async function guess(how: Guess, times = 10): Promise<number[]> {
  const statuses: number[] = [];
  for (let tried = 0; tried < times; tried += 1) statuses.push((await enter(how)).status);
  return statuses;
}

test('ten wrong guesses at an account from one address are enough for a while, right ones included', async () => {
  expect(await guess({})).toEqual(GUESSED);
  const refused = await enter({ password: 'right' });
  expect(refused.status).toBe(429);
  expect(JSON.parse(refused.text)).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  expect(Number(refused.after)).toBeGreaterThan(600);
  expect(under.shop.asked.filter(({ field }) => field === 'enter')).toHaveLength(10);
});

test('the owner of the account enters from elsewhere, and others from here', async () => {
  expect(await guess({})).toEqual(GUESSED);
  expect((await enter({ password: 'right', address: '127.0.0.2' })).text).toContain('welcome');
  expect((await enter({ name: 'sari', password: 'right' })).text).toContain('welcome');
});

test('who gets it right may go on as often as need be', async () => {
  for (let day = 0; day < 3; day += 1) {
    expect(await guess({}, 9)).toEqual(GUESSED.slice(1));
    expect((await enter({ password: 'right' })).text).toContain('welcome');
  }
});

test('an account is the same however it is written, and however the mutation is', async () => {
  expect(await guess({ name: ' RINA' }, 5)).toEqual(GUESSED.slice(5));
  const inFragments = `
    mutation { ...f }
    fragment f on Mutation { ... { a: enter(input: { name: "Rina", password: "x" }) { ...p } } }
    fragment p on EnterPayload { came: pass }
  `;
  expect(await guess({ query: inFragments }, 5)).toEqual(GUESSED.slice(5));
  expect((await enter({ password: 'right' })).status).toBe(429);
});

/** So many attempts in one operation, each under an alias of its own. */
const together = (names: readonly string[], password: string) =>
  `mutation { ${names.map((name, n) => `g${n}: enter(input: { name: "${name}", password: "${password}" }) { pass }`).join(' ')} }`;
const six = Array.from({ length: 6 }, () => 'rina');

test('each guess of one request counts, and what holds one too many is not made at all', async () => {
  expect((await enter({ query: together(six, 'wrong') })).status).toBe(200);
  expect((await enter({ query: together(six, 'wrong') })).status).toBe(429);
  expect(under.shop.asked.filter(({ field }) => field === 'enter')).toHaveLength(6);
  expect((await enter({ query: together(['sari', 'budi'], 'right') })).text).toContain('welcome');
});

test('an account that a default names is counted as any other, and entering another does not wipe it', async () => {
  const byDefault = (name: string, password: string) =>
    `mutation ($n: String! = "${name}", $p: String! = "${password}") { enter(input: { name: $n, password: $p }) { pass } }`;
  for (let guessed = 0; guessed < 10; guessed += 1) {
    expect((await enter({ query: byDefault('rina', 'wrong') })).status).toBe(200);
    expect((await enter({ query: byDefault('mallory', 'right') })).text).toContain('welcome');
  }
  expect((await enter({ query: byDefault('rina', 'right') })).status).toBe(429);
  expect((await enter({ password: 'right' })).status).toBe(429);
});

test('a mutation whose account cannot be read is not made', async () => {
  const query = 'mutation ($name: String = "rina") { enter(input: { name: $name, password: "x" }) { pass } }';
  const refused = await enter({ query, variables: { name: null } });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('BAD_USER_INPUT');
  expect(under.shop.asked).toEqual([]);
});

test('guessing at one account after another ends, too, but for accounts that were entered from here', async () => {
  expect((await enter({ name: 'sari', password: 'right' })).text).toContain('welcome');
  for (let guessed = 0; guessed < 100; guessed += 1) {
    expect((await enter({ name: `guest ${guessed}` })).status).toBe(200);
  }
  expect(await guess({ name: 'rina' }, 12)).toEqual(Array.from({ length: 12 }, () => 429));
  expect((await enter({ name: 'sari', password: 'right' })).text).toContain('welcome');
  expect((await enter({ password: 'right', address: '127.0.0.2' })).text).toContain('welcome');
});

test('attempts that succeed are limited by address as well: each costs a hash', async () => {
  const at = await startShopGateway({
    attemptLimits,
    attemptBounds: { attemptsPerAddress: 20, attemptsPerAddressSeconds: 600 },
    rateLimits: {},
  });
  for (let round = 0; round < 2; round += 1) {
    const guests = Array.from({ length: 10 }, (_, n) => `guest ${round}-${n}`);
    expect((await enter({ query: together(guests, 'right'), at })).status).toBe(200);
  }
  expect((await enter({ password: 'right', at })).status).toBe(429);
  expect((await enter({ password: 'right', at, address: '127.0.0.2' })).status).toBe(200);
  await at.stop();
});

test('what the subgraph failed at is no guess', async () => {
  expect(await guess({ password: 'break' }, 12)).toEqual([...GUESSED, 200, 200]);
  expect((await enter({ password: 'right' })).text).toContain('welcome');
});

test('an outage locks no account', async () => {
  const served = await startShopGateway({ attemptLimits, rateLimits: {}, served: true });
  const unit = served.units.get('catalogue');
  await unit?.stop();
  const refused = await enter({ at: served, password: 'right' });
  expect(refused.text).toContain('SUBGRAPH_UNAVAILABLE');
  expect(await guess({ at: served }, 12)).not.toContain(429);
  await unit?.start();
  await eventually(async () =>
    expect((await enter({ at: served, password: 'right' })).text).toContain('welcome'),
  );
  await served.stop();
});

test('a guess counts even where its success is not selected', async () => {
  const query = 'mutation { enter(input: { name: "rina", password: "x" }) { refusal } }';
  expect(await guess({ query })).toEqual(GUESSED);
  expect((await enter({ password: 'right' })).status).toBe(429);
});

test('a socket is no way around', async () => {
  expect(await guess({})).toEqual(GUESSED);
  const stream = new FrontEnd(under.url).subscribe(ENTER, { input: { name: 'rina', password: 'right' } });
  await stream.ended;
  expect(stream.events).toEqual([]);
  expect(stream.errors.join()).toContain('Too many');
});

describeOnBothBackends('Guesses at a fleet', (backend) => {
  test('are counted together', async () => {
    const another = await startShopGateway({ attemptLimits, rateLimits: { stores: backend.platform } });
    const one = await startShopGateway({ attemptLimits, rateLimits: { stores: backend.platform } });
    expect(await guess({ at: one }, 5)).toEqual(GUESSED.slice(5));
    expect(await guess({ at: another }, 5)).toEqual(GUESSED.slice(5));
    expect((await enter({ at: one, password: 'right' })).status).toBe(429);
    await one.stop();
    await another.stop();
  });

  test('are counted before they are made, so that sending them all at once gains nothing', async () => {
    const one = await startShopGateway({ attemptLimits, rateLimits: { stores: backend.platform } });
    const guesses = Array.from({ length: 40 }, () => enter({ at: one, name: 'dewi' }));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(one.shop.asked.filter(({ field }) => field === 'enter')).toHaveLength(10);
    await one.stop();
  });
});

describeWithRedis('Guesses while Redis is away', () => {
  test('are counted by each gateway alone', async () => {
    const redis = await startRedis();
    const platform = await openPlatform(readConfig({ REDIS_URL: redis.url, LOG_LEVEL: 'silent' }));
    const alone = await startShopGateway({ attemptLimits, rateLimits: { stores: platform } });
    await redis.kill();
    expect(await guess({ at: alone })).toEqual(GUESSED);
    expect((await enter({ at: alone, password: 'right' })).status).toBe(429);
    await alone.stop();
    await platform.close();
  });
});
