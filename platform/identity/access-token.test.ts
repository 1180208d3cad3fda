import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signAccessToken, type TokenVerifier, tokenVerifier } from './access-token.js';
import { permissionsOf } from './identity.js';
import { generateKeyFiles, type KeyFiles, readPublicKeys, readSigningKey, type SigningKey } from './keys.js';

const parties = { issuer: 'https://kedai.test', audience: 'kedai' };
const barista = {
  customerId: 'c-1',
  sessionId: 's-1',
  roles: [{ role: 'BARISTA' as const, outletId: 'o-1', franchiseId: null }],
};

let folder: string;
let files: KeyFiles;
let key: SigningKey;
let verifier: TokenVerifier;

const verifierFor = async (given: Partial<typeof parties> = {}) =>
  tokenVerifier({
    keys: await readPublicKeys(files.publicKeyFile),
    ...parties,
    ...given,
    requiresType: true,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-keys-'));
  files = await generateKeyFiles(folder);
  key = await readSigningKey(files.privateKeyFile);
  verifier = await verifierFor();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('what is signed with the private file is verified with the public one', async () => {
  const { token, expiresAt } = await signAccessToken(key, parties, barista);
  expect(await verifier.verify(token)).toEqual({
    identity: barista,
    scopes: new Set(permissionsOf(barista)),
    expiresAt: expiresAt.getTime(),
    revocation: 0,
  });
});

test('a token names its key and lists what its roles allow', async () => {
  const { token } = await signAccessToken(key, parties, barista);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' });
  expect(decodeJwt(token)).toMatchObject({
    sub: 'c-1',
    sid: 's-1',
    scope: expect.stringContaining('orders:prepare'),
  });
});

test('a token for another audience, from another issuer or by another key is refused', async () => {
  const { token } = await signAccessToken(key, parties, barista);
  for (const other of [{ audience: 'other' }, { issuer: 'https://other.test' }]) {
    await expect((await verifierFor(other)).verify(token)).rejects.toThrow();
  }
  const stranger = { ...key, privateKey: generateKeyPairSync('ed25519').privateKey };
  const forged = await signAccessToken(stranger, parties, barista);
  await expect(verifier.verify(forged.token)).rejects.toThrow();
});

test('an expired token, one without a signature and one signed with the public key as a secret are refused', async () => {
  const claims = { sid: 's-1', roles: [], scope: '' };
  const expired = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(parties.issuer)
    .setAudience(parties.audience)
    .setSubject('c-1')
    .setExpirationTime(Math.floor(Date.now() / 1_000) - 60)
    .sign(key.privateKey);
  const unsigned = new UnsecuredJWT(claims)
    .setIssuer(parties.issuer)
    .setAudience(parties.audience)
    .setSubject('c-1')
    .setExpirationTime('1h')
    .encode();
  const confused = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(parties.issuer)
    .setAudience(parties.audience)
    .setSubject('c-1')
    .setExpirationTime('1h')
    .sign(await readFile(files.publicKeyFile));
  for (const token of [expired, unsigned, confused]) {
    await expect(verifier.verify(token)).rejects.toThrow();
  }
});

test('processes that start on one folder at once find one pair of keys, the private one readable by its owner alone', async () => {
  const shared = await mkdtemp(join(tmpdir(), 'kedai-keys-'));
  const found = await Promise.all(Array.from({ length: 8 }, () => generateKeyFiles(shared)));
  expect((await readdir(shared)).toSorted()).toEqual(['jwt-private.pem', 'jwt-public.pem']);
  const [first] = found;
  expect(new Set(found.map(({ publicKeyFile }) => publicKeyFile))).toEqual(new Set([first?.publicKeyFile]));
  const signing = await readSigningKey(join(shared, 'jwt-private.pem'));
  expect(await readPublicKeys(join(shared, 'jwt-public.pem'))).toEqual(signing.jwks);
  expect((await stat(join(shared, 'jwt-private.pem'))).mode & 0o077).toBe(0);
  await rm(shared, { recursive: true, force: true });
});

test('a JWKS file serves as well as a public key', async () => {
  const file = join(folder, 'jwks.json');
  await writeFile(file, JSON.stringify(key.jwks));
  expect(await readPublicKeys(file)).toEqual(key.jwks);
});

test('a file that is missing or holds no such key is named', async () => {
  const file = join(folder, 'nonsense.pem');
  await writeFile(file, 'nonsense');
  await expect(readSigningKey(file)).rejects.toThrow(/nonsense\.pem holds no Ed25519 private key/);
  await expect(readPublicKeys(join(folder, 'absent.pem'))).rejects.toThrow(/absent\.pem cannot be read/);
});
