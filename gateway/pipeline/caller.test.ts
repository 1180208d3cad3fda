/** Which tokens identify a caller, by local keys and by keys that have to be fetched. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { type TokenVerifier, tokenVerifier } from '../../platform/identity/access-token.js';
import { type Caller, callerOf } from './caller.js';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const issuer = 'https://issuer.test';
const audience = 'shop';

let pairs: Map<string, KeyPair>;
let keys: JSONWebKeySet;
let verifier: TokenVerifier;

beforeAll(async () => {
  pairs = new Map();
  for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256']) {
    pairs.set(alg, await generateKeyPair(alg, { extractable: true }));
  }
  keys = { keys: [] };
  for (const [kid, { publicKey }] of pairs) keys.keys.push({ ...(await exportJWK(publicKey)), kid });
  verifier = tokenVerifier({ keys, issuer, audience });
});

interface Token {
  readonly alg?: string;
  readonly kid?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: KeyPair['privateKey'];
  readonly typ?: string;
}

async function token({ alg = 'EdDSA', kid = alg, claims = {}, key, typ }: Token = {}): Promise<string> {
  const signWith = key ?? pairs.get(alg)?.privateKey;
  if (signWith === undefined) throw new Error(`No key for ${alg}`);
  return new SignJWT({ iss: issuer, aud: audience, sub: 'rina', exp: inSeconds(60), ...claims })
    .setProtectedHeader({ alg, kid, ...(typ === undefined ? {} : { typ }) })
    .sign(signWith);
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

const call = (authorization: string | undefined, by: TokenVerifier | undefined = verifier): Promise<Caller> =>
  callerOf(by, authorization, '127.0.0.1');

const refusal = (authorization: string, by = verifier) =>
  call(authorization, by).then(
    () => 'let in',
    ({ status, errors }) => [status, errors[0].extensions.code],
  );

const INVALID = [401, 'UNAUTHENTICATED'];

describe('A token', () => {
  it.each(['EdDSA', 'ES256', 'RS256'])('signed by %s speaks for its subject', async (alg) => {
    const claims = { scope: 'stock:read orders:read', sid: 's-1' };
    const caller = await call(`Bearer ${await token({ alg, claims })}`);
    expect(caller).toMatchObject({
      isSignedIn: true,
      identity: { customerId: 'rina', sessionId: 's-1', roles: [] },
    });
    expect([...caller.scopes]).toEqual(['stock:read', 'orders:read']);
  });

  it('gives the roles that it names, and none when they are nonsense', async () => {
    const roles = [{ role: 'BARISTA', outletId: 'o-1', franchiseId: null }];
    expect((await call(`Bearer ${await token({ claims: { roles } })}`)).identity.roles).toEqual(roles);
    for (const nonsense of ['HQ', [{ role: 'KING', outletId: null, franchiseId: null }], [{ role: 'HQ' }]]) {
      expect((await call(`Bearer ${await token({ claims: { roles: nonsense } })}`)).identity.roles).toEqual(
        [],
      );
    }
  });

  it('is refused when it has ended, is not for us, or is from elsewhere', async () => {
    for (const claims of [
      { exp: inSeconds(-1) },
      { exp: undefined },
      { sub: '' },
      { sub: undefined },
      { nbf: inSeconds(60) },
      { aud: 'other' },
      { iss: 'https://other.test' },
    ]) {
      expect(await refusal(`Bearer ${await token({ claims })}`)).toEqual(INVALID);
    }
  });

  it('is refused when it is signed in another way than by a key of ours and an algorithm that we accept', async () => {
    const stranger = await generateKeyPair('EdDSA');
    const payload = { iss: issuer, aud: audience, sub: 'rina', exp: inSeconds(60) };
    const publicKey = pairs.get('RS256')?.publicKey;
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'RS256' })).toString('base64url');
    const signed = `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
    const secret = publicKey === undefined ? '' : await exportSPKI(publicKey);
    for (const forged of [
      await token({ key: stranger.privateKey }),
      await token({ alg: 'PS256' }),
      await token({ kid: 'unknown' }),
      new UnsecuredJWT(payload).encode(),
      `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`,
      `${(await token()).slice(0, -4)}AAAA`,
      'nonsense',
      'a.b.c',
    ]) {
      expect(await refusal(`Bearer ${forged}`)).toEqual(INVALID);
    }
  });

  it.each([undefined, 'JWT', 'at+jwt', 'AT+JWT', 'application/at+jwt'])(
    'of the type %s is accepted from an issuer that does not have to say it',
    async (typ) => {
      const header = typ === undefined ? {} : { typ };
      expect(await call(`Bearer ${await token(header)}`)).toMatchObject({ isSignedIn: true });
    },
  );

  it.each(['id+jwt', 'logout+jwt', 'dpop+jwt', ''])('of the type "%s" is refused', async (typ) => {
    expect(await refusal(`Bearer ${await token({ typ })}`)).toEqual(INVALID);
  });

  it('has to be of the type at+jwt where its issuer always says so', async () => {
    const strict = tokenVerifier({ keys, issuer, audience, requiresType: true });
    expect(await call(`Bearer ${await token({ typ: 'at+jwt' })}`, strict)).toMatchObject({
      isSignedIn: true,
    });
    for (const header of [{}, { typ: 'JWT' }]) {
      expect(await refusal(`Bearer ${await token(header)}`, strict)).toEqual(INVALID);
    }
  });

  it('is held to the algorithm that its key names', async () => {
    const [rsa] = keys.keys.filter(({ kid }) => kid === 'PS256');
    if (rsa === undefined) throw new Error('No such key');
    const of = (alg: string) => tokenVerifier({ keys: { keys: [{ ...rsa, alg }] }, issuer, audience });
    const signed = `Bearer ${await token({ alg: 'PS256' })}`;
    expect(await call(signed, of('PS256'))).toMatchObject({ isSignedIn: true });
    for (const alg of ['RS256', 'PS512', 'HS256']) expect(await refusal(signed, of(alg))).toEqual(INVALID);
    const forEncryption = { keys: [{ ...rsa, alg: 'PS256', use: 'enc' }] };
    const verifierOf = tokenVerifier({ keys: forEncryption, issuer, audience });
    expect(await refusal(signed, verifierOf)).toEqual(INVALID);
  });

  it('counts in the header of that name alone, and in that form', async () => {
    expect(await call(undefined)).toMatchObject({ isSignedIn: false, identity: { customerId: null } });
    expect(await call('')).toMatchObject({ isSignedIn: false });
    for (const authorization of [await token(), `Basic ${btoa('rina:kedai')}`, 'Bearer', 'Bearer a b']) {
      expect(await refusal(authorization)).toEqual(INVALID);
    }
    expect(await call(`bearer ${await token()}`)).toMatchObject({ isSignedIn: true });
  });

  it('that was accepted before is refused from the moment of its expiry', async () => {
    let now = Date.now();
    const verifierAt = tokenVerifier({ keys, issuer, audience, now: () => now });
    const authorization = `Bearer ${await token({ claims: { exp: inSeconds(60) } })}`;
    const { expiresAt } = await call(authorization, verifierAt);
    now = expiresAt - 1;
    expect(await call(authorization, verifierAt)).toMatchObject({ isSignedIn: true });
    now = expiresAt;
    expect(await refusal(authorization, verifierAt)).toEqual(INVALID);
  });
});

test('without a verifier every caller is anonymous, and the authorization is passed on', async () => {
  expect(await callerOf(undefined, 'Whatever it says', '127.0.0.1')).toMatchObject({
    isSignedIn: false,
    authorization: 'Whatever it says',
  });
});

describe('Keys that have to be fetched', () => {
  let server: Server;
  let url: URL;
  let isUp: boolean;

  beforeEach(async () => {
    isUp = true;
    server = createServer((_request, response) =>
      isUp
        ? response.setHeader('content-type', 'application/json').end(JSON.stringify(keys))
        : response.writeHead(503).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = new URL(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/jwks.json`);
  });
  afterEach(() => server.close());

  it('are fetched when they are needed, and cached', async () => {
    const remote = tokenVerifier({ keys: url, issuer, audience });
    expect(await call(`Bearer ${await token()}`, remote)).toMatchObject({ isSignedIn: true });
    isUp = false;
    expect(await call(`Bearer ${await token({ alg: 'ES256' })}`, remote)).toMatchObject({ isSignedIn: true });
    expect(await refusal('Bearer nonsense', remote)).toEqual(INVALID);
  });

  it('that cannot be had are no fault of the token', async () => {
    isUp = false;
    const remote = tokenVerifier({ keys: url, issuer, audience });
    expect(await refusal(`Bearer ${await token()}`, remote)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
    isUp = true;
    expect(await call(`Bearer ${await token()}`, remote)).toMatchObject({ isSignedIn: true });
    const nowhere = tokenVerifier({ keys: new URL('http://127.0.0.1:1/jwks.json'), issuer, audience });
    expect(await refusal(`Bearer ${await token()}`, nowhere)).toEqual([503, 'SUBGRAPH_UNAVAILABLE']);
  });
});
