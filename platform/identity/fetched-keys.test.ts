/** Keys of an issuer that is there, away, or there and silent. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually } from '../../tests/support/wait.js';
import { fetchedKeys } from './fetched-keys.js';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

let old: KeyPair;
let young: KeyPair;
let published: KeyPair[];
let silent: boolean;
let fetched: number;
let server: Server;
let url: URL;
/** Minutes. */
let time: number;

beforeAll(async () => {
  [old, young] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
});
beforeEach(async () => {
  published = [old];
  silent = false;
  fetched = 0;
  time = 0;
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = new URL(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks.json`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answer: RequestListener = async (_request, response) => {
  fetched += 1;
  if (!silent) response.end(JSON.stringify({ keys: await Promise.all(published.map(jwkOf)) }));
};

const nameOf = (pair: KeyPair) => (pair === old ? 'old' : 'young');
const jwkOf = async (pair: KeyPair): Promise<JWK> => ({
  ...(await exportJWK(pair.publicKey)),
  kid: nameOf(pair),
});
const open = () => fetchedKeys({ url, now: () => time * 60_000 });

async function isGood(keys: JWTVerifyGetKey, signedBy: KeyPair): Promise<boolean> {
  const header = { alg: 'ES256', kid: nameOf(signedBy) };
  const token = await new SignJWT().setProtectedHeader(header).sign(signedBy.privateKey);
  return jwtVerify(token, keys).then(
    () => true,
    () => false,
  );
}

it('are there before the first token that needs them', async () => {
  open();
  await eventually(() => expect(fetched).toBe(1));
});

it('serve on while the issuer is silent, however long', async () => {
  const keys = open();
  expect(await isGood(keys, old)).toBe(true);
  silent = true;
  for (time of [9, 11, 60]) expect(await isGood(keys, old)).toBe(true);
  expect(fetched).toBeGreaterThan(1);
});

it('are given up when the issuer no longer has them', async () => {
  const keys = open();
  expect(await isGood(keys, old)).toBe(true);
  published = [young];
  time = 11;
  await eventually(async () => expect(await isGood(keys, old)).toBe(false));
  expect(await isGood(keys, young)).toBe(true);
});

it('fail to load while the issuer has never answered, within a bounded time', async () => {
  silent = true;
  const keys = open();
  expect(await isGood(keys, old)).toBe(false);
  silent = false;
  expect(await isGood(keys, old)).toBe(true);
});
