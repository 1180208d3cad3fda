/** How a gateway holds and renews sessions of browsers, whatever the subgraph that owns them does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, validate } from 'graphql';
import { errors } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenVerifier } from '../../platform/identity/access-token.js';
import { createLog } from '../../platform/log.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { BrowserSessions } from './browser-sessions.js';
import { RENEWAL } from './session-source.js';

const from = { address: '127.0.0.1', userAgent: 'a browser' };

/** Access tokens in the order they were issued, and which of them are good. */
let issued: string[];
let secondsLeft: number;
let isOver: boolean;
let isAway: boolean;
const revoked = new Set<string>();
let sessions: BrowserSessions;

const verifier: TokenVerifier = {
  async verify(token) {
    if (revoked.has(token)) throw new errors.JWTInvalid('The token was revoked');
    const [, expiresAt = '0'] = token.split(' ');
    if (Number(expiresAt) <= Date.now()) throw new errors.JWTExpired('Expired', {});
    return { identity: { customerId: 'rina', roles: [] }, scopes: new Set(), expiresAt: Number(expiresAt) };
  },
};

beforeEach(() => {
  [issued, secondsLeft, isOver, isAway] = [[], 900, false, false];
  revoked.clear();
  const source = {
    async renew() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (isAway) throw new Error('away');
      if (isOver) return null;
      issued.push(`t${issued.length} ${Date.now() + secondsLeft * 1_000}`);
      return issued.at(-1) ?? null;
    },
  };
  sessions = new BrowserSessions(source, verifier, createLog('silent'));
});

const tokenNow = async (maximumAge?: number) =>
  (await sessions.callerOf('cookie', from, maximumAge))?.authorization;
const bearerOf = (index: number) => `Bearer ${issued[index]}`;

describe('a session of a browser', () => {
  it('is renewed once for fifty requests that come together, and again for none that follow', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => tokenNow()));
    expect(new Set(tokens)).toEqual(new Set([bearerOf(0)]));
    expect(await tokenNow()).toBe(bearerOf(0));
    expect(issued).toHaveLength(1);
  });

  it('is renewed before its access token expires, and for who asks for the roles of now', async () => {
    secondsLeft = 0.05;
    await tokenNow();
    secondsLeft = 900;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await tokenNow()).toBe(bearerOf(1));
    expect(await tokenNow(0)).toBe(bearerOf(2));
  });

  it('goes on by a new access token where the former was revoked, and is over where there is none', async () => {
    await tokenNow();
    revoked.add(issued[0] ?? '');
    expect(await tokenNow()).toBe(bearerOf(1));
    revoked.add(issued[1] ?? '');
    isOver = true;
    expect(await sessions.callerOf('cookie', from)).toBeUndefined();
    // What is over stays so.
    isOver = false;
    expect(await sessions.callerOf('cookie', from)).toBeUndefined();
  });

  it('goes on by its access token while the subgraph is away, and is unconfirmed once that has expired', async () => {
    const caller = await sessions.callerOf('cookie', from);
    isAway = true;
    expect(await tokenNow(0)).toBe(caller?.authorization);
    revoked.add(issued[0] ?? '');
    expect(await sessions.callerOf('cookie', from)).toMatchObject({ isSignedIn: false, isUnconfirmed: true });
    isAway = false;
    expect(await tokenNow()).toBe(bearerOf(1));
  });

  it('that is ended while it is renewed stays ended', async () => {
    const renewed = sessions.callerOf('cookie', from);
    sessions.ended('cookie');
    expect(await renewed).toBeUndefined();
    expect(await sessions.callerOf('cookie', from)).toBeUndefined();
  });
});

it('asks for what the schema of the customer subgraph has', async () => {
  const sdl = await readFile(join(PROJECT_FOLDER, 'schema', 'customer.graphql'), 'utf8');
  expect(validate(buildSubgraphSchema(parse(sdl)), parse(RENEWAL))).toEqual([]);
});
