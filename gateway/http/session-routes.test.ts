/** Sessions of browsers, over real HTTP and sockets, by the real customer subgraph. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { newId } from '../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../prisma/seed/chain.js';
import { DEWI, SARI, startTestCustomer } from '../../subgraphs/customer/testing/harness.js';
import { codeOf } from '../../tests/support/authenticator.js';
import { Browser } from '../../tests/support/browser.js';
import { type CustomerGateway, startCustomerGateway } from '../../tests/support/customer-gateway.js';
import { FrontEnd } from '../../tests/support/front-end.js';
import { startShopGateway } from '../../tests/support/shop-gateway.js';
import { type TestSubgraph, textAt } from '../../tests/support/subgraph.js';
import { eventually } from '../../tests/support/wait.js';

let customer: TestSubgraph;
let under: CustomerGateway;
const browsers: Browser[] = [];

beforeAll(async () => {
  customer = await startTestCustomer();
  under = await startCustomerGateway(customer);
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(async () => {
  await under?.gateway.stop();
  await customer?.stop();
});

function openBrowser(origin = under.origin, cookies?: Map<string, string>): Browser {
  const browser = new Browser(origin, cookies);
  browsers.push(browser);
  return browser;
}

async function signedIn(email = 'sari@kedai.test'): Promise<Browser> {
  const browser = openBrowser();
  expect((await browser.signIn(email)).status).toBe(204);
  return browser;
}

/** Another browser with the same cookies, as a thief has them. */
const copyOf = ({ origin, cookies }: Browser) => openBrowser(origin, new Map(cookies));

const ME = '{ me { id } }';
const NOTIFIED = 'subscription { notificationReceived { id } }';
const isHers = { data: { me: { id: SARI.customerId } } };
const isNobody = { data: { me: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

const nameOfCookie = () => `kedai_session_${under.gateway.port}`;
const idOf = (body: unknown) => textAt({ data: { body } }, 'body', 'customer', 'id');

async function tokensOf(email: string): Promise<{ accessToken: string; refreshToken: string }> {
  const answer = await new FrontEnd(`${under.origin}/graphql`).execute<{
    signIn: { session: { accessToken: string; refreshToken: string } };
  }>(
    `mutation { signIn(input: { email: "${email}", password: "kedai-demo" }) { session { accessToken refreshToken } } }`,
  );
  return answer.signIn.session;
}

describe('POST /session', () => {
  it('answers with no body, and a cookie that no script reads and no other site sends', async () => {
    const { status, text, headers } = await openBrowser().signIn('sari@kedai.test');
    expect([status, text, headers['cache-control']]).toEqual([204, '', 'no-store']);
    expect(headers['set-cookie']).toMatch(
      new RegExp(`^${nameOfCookie()}=[\\w-]{43}; Max-Age=7776000; Path=/; HttpOnly; SameSite=Strict$`),
    );
  });

  it('refuses a wrong password in the language of the browser', async () => {
    const browser = openBrowser();
    const { status, body } = await browser.signIn('sari@kedai.test', 'wrong', { 'accept-language': 'id' });
    expect([status, body]).toMatchObject([
      401,
      { userErrors: [{ code: 'INVALID_CREDENTIALS', message: 'E-mail atau kata sandi salah' }] },
    ]);
    expect(browser.cookies.size).toBe(0);
  });

  it('demands the code of a second factor, and takes it', async () => {
    const { accessToken } = await tokensOf('budi@kedai.test');
    const budi = new FrontEnd(`${under.origin}/graphql`, accessToken);
    const begun = await budi.execute<{ beginSecondFactor: { secret: string } }>(
      'mutation { beginSecondFactor(password: "kedai-demo") { secret } }',
    );
    const { secret } = begun.beginSecondFactor;
    const confirmed = await budi.execute<{ confirmSecondFactor: { recoveryCodes: string[] } }>(
      `mutation { confirmSecondFactor(code: "${codeOf(secret)}") { recoveryCodes } }`,
    );
    const browser = openBrowser();
    const refused = await browser.signIn('budi@kedai.test');
    expect([refused.status, refused.body]).toMatchObject([
      401,
      { userErrors: [{ code: 'SECOND_FACTOR_REQUIRED' }] },
    ]);
    const [code] = confirmed.confirmSecondFactor.recoveryCodes;
    const input = { email: 'budi@kedai.test', password: 'kedai-demo', code };
    expect((await browser.send('POST', '/session', input)).status).toBe(204);
  });

  it.each([
    ['nothing', {}],
    ['no password', { email: 'sari@kedai.test' }],
    ['a number for a password', { email: 'sari@kedai.test', password: 1 }],
    ['a list', []],
    ['what is no JSON', '{'],
  ])('refuses %s with 400', async (_what, input) => {
    const { status, body } = await openBrowser().send('POST', '/session', input);
    expect([status, body]).toMatchObject([400, { errors: [{ code: 'BAD_USER_INPUT' }] }]);
  });

  it('refuses a form, as another site can send one, with 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const sent = await openBrowser().signIn('sari@kedai.test', 'kedai-demo', { 'content-type': type });
      expect(sent.status).toBe(415);
    }
  });

  it('counts attempts as signIn does, together with it', async () => {
    const email = 'rina@kedai.test';
    const guess = `mutation { signIn(input: { email: "${email}", password: "wrong" }) { userErrors { code } } }`;
    const browser = openBrowser();
    for (let guessed = 0; guessed < 5; guessed += 1) {
      await browser.execute(guess);
      expect((await browser.signIn(email, 'wrong')).status).toBe(401);
    }
    const { status, body, headers } = await browser.signIn(email);
    expect([status, body]).toMatchObject([429, { userErrors: [{ code: 'TOO_MANY_ATTEMPTS' }] }]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(60);
  });

  it('ends the session that the browser had before', async () => {
    const browser = await signedIn();
    const former = copyOf(browser);
    expect((await browser.signIn('dewi@kedai.test')).status).toBe(204);
    expect((await former.execute(ME)).body).toMatchObject(isNobody);
    expect(idOf((await browser.send('GET', '/session')).body)).toBe(DEWI.customerId);
  });
});

describe('a session', () => {
  it('identifies the requests and sockets of its browser', async () => {
    const browser = await signedIn();
    expect((await browser.execute(ME)).body).toEqual(isHers);
    const socket = await browser.socket().init();
    socket.subscribe('1', ME);
    expect((await socket.next(({ type }) => type === 'next')).payload).toEqual(isHers);
    socket.close();
  });

  it('is shown with its person and roles', async () => {
    const { status, body } = await (await signedIn()).send('GET', '/session');
    const customer = { id: SARI.customerId, name: 'Sari Lestari', roles: SARI.roles };
    expect([status, body]).toEqual([200, { customer }]);
  });

  it('is nobody’s without a cookie', async () => {
    const { status, body } = await openBrowser().send('GET', '/session');
    expect([status, body]).toMatchObject([401, { errors: [{ code: 'UNAUTHENTICATED' }] }]);
  });

  it('is ended by DELETE for every tab with its cookie, and can be ended again', async () => {
    const browser = await signedIn();
    const copy = copyOf(browser);
    const socket = await browser.socket().init();
    expect((await browser.send('DELETE', '/session')).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect((await socket.closed).code).toBe(4403);
    expect((await copy.execute(ME)).body).toMatchObject(isNobody);
    expect((await copy.send('GET', '/session')).status).toBe(401);
    expect((await copy.send('DELETE', '/session')).status).toBe(204);
  });

  it('is read, opened and ended, and nothing else', async () => {
    const { statusCode, headers } = await request(`${under.origin}/session`, { method: 'PUT' });
    expect([statusCode, headers.allow]).toEqual([405, 'GET, POST, DELETE']);
  });

  it('gives way to an access token, a bad one included', async () => {
    const browser = await signedIn();
    const { accessToken } = await tokensOf('dewi@kedai.test');
    const asDewi = { authorization: `Bearer ${accessToken}` };
    expect(idOf((await browser.send('GET', '/session', undefined, asDewi)).body)).toBe(DEWI.customerId);
    expect((await browser.execute(ME, asDewi)).body).toEqual({ data: { me: { id: DEWI.customerId } } });
    expect((await browser.execute(ME, { authorization: 'Bearer nonsense' })).status).toBe(401);
    const socket = await browser.socket().init(asDewi);
    socket.subscribe('1', ME);
    const { payload } = await socket.next(({ type }) => type === 'next');
    expect(payload).toEqual({ data: { me: { id: DEWI.customerId } } });
    socket.close();
    expect((await browser.send('DELETE', '/session', undefined, asDewi)).status).toBe(204);
    expect((await browser.execute(ME)).body).toEqual(isHers);
  });

  it.each([
    ['signOut', 'mutation { signOut { userErrors { code } } }'],
    ['signOutEverywhere', 'mutation { signOutEverywhere { userErrors { code } } }'],
    ['deleteAccount', 'mutation { deleteAccount(password: "kedai-demo") { userErrors { code } } }'],
  ])('ends with %s, at requests and sockets', async (_what, mutation) => {
    const email = `${newId()}@kedai.test`;
    const input = `{ email: "${email}", password: "kedai-demo", name: "Ayu" }`;
    await openBrowser().execute(`mutation { signUp(input: ${input}) { userErrors { code } } }`);
    const browser = await signedIn(email);
    const socket = await browser.socket().init();
    socket.subscribe('1', NOTIFIED);
    await browser.execute(mutation);
    expect((await socket.closed).code).toBe(4403);
    await eventually(async () => expect((await browser.execute(ME)).body).toMatchObject(isNobody));
    expect((await browser.send('GET', '/session')).status).toBe(401);
  });

  it('goes on with the roles that are left, and with those that are new', async () => {
    const browser = await signedIn('sari@kedai.test');
    const dewi = await signedIn('dewi@kedai.test');
    const socket = await browser.socket().init();
    const change = (field: string, type: string) =>
      dewi.send('POST', '/graphql', {
        query: `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
        variables: { input: { email: 'sari@kedai.test', role: 'BARISTA', outletId: STAFFED_OUTLET_ID } },
      });
    const queue = `{ kitchenQueue(outletId: "${STAFFED_OUTLET_ID}") { __typename } }`;
    // The order subgraph is away.
    expect((await browser.execute(queue)).text).toContain('SUBGRAPH_UNAVAILABLE');
    await change('revokeRole', 'RevokeRoleInput');
    expect((await socket.closed).code).toBe(4403);
    const rolesOf = async () => JSON.stringify((await browser.send('GET', '/session')).body);
    await eventually(async () => expect(await rolesOf()).not.toContain('BARISTA'));
    expect((await browser.execute(queue)).text).toContain('FORBIDDEN');
    await change('grantRole', 'GrantRoleInput');
    await eventually(async () => expect(await rolesOf()).toContain('BARISTA'));
    expect((await browser.execute(queue)).text).toContain('SUBGRAPH_UNAVAILABLE');
  });
});

describe('a cookie does not count', () => {
  const anonymousWith = async (headers: Readonly<Record<string, string>>) => {
    const browser = await signedIn();
    expect((await browser.execute(ME, headers)).body).toMatchObject(isNobody);
    expect((await browser.send('GET', '/session', undefined, headers)).status).toBe(401);
    expect((await browser.send('DELETE', '/session', undefined, headers)).status).toBe(403);
    expect((await browser.signIn('sari@kedai.test', 'kedai-demo', headers)).status).toBe(403);
    const socket = await browser.socket(headers).init();
    socket.subscribe('1', ME);
    expect((await socket.next(({ type }) => type === 'next')).payload).toMatchObject(isNobody);
    socket.close();
    expect((await browser.execute(ME)).body).toEqual(isHers);
  };

  it('for a page of another origin, another port, a sandbox or no URL', async () => {
    const { port } = under.gateway;
    const elsewhere = [`http://evil.test:${port}`, `http://127.0.0.1:${port - 1}`, 'null', 'nonsense'];
    for (const origin of elsewhere) await anonymousWith({ origin });
  });

  it('where the browser says that the page is of another origin, whatever else it says', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) await anonymousWith({ 'sec-fetch-site': site });
  });

  it('where it is another’s, forged, exchanged by a thief, or far too long', async () => {
    const browser = await signedIn();
    const token = browser.cookies.get(nameOfCookie()) ?? '';
    const forged = [
      `kedai_session_1=${token}`,
      `kedai_session=${token}`,
      `${nameOfCookie()}=${token.slice(0, -2)}__`,
      `${nameOfCookie()}=${token}x`,
      `${nameOfCookie()}=`,
      `${nameOfCookie()}=${'x'.repeat(43)}`,
      `${nameOfCookie()}=${'x'.repeat(12_000)}`,
      `${nameOfCookie()}="${token}"`,
      `${nameOfCookie()}=${token}%00`,
    ];
    for (const cookie of forged)
      expect((await openBrowser().execute(ME, { cookie })).body).toMatchObject(isNobody);
    const giant = { cookie: `${nameOfCookie()}=${'x'.repeat(60_000)}` };
    expect((await request(`${under.origin}/session`, { headers: giant })).statusCode).toBe(431);
  });

  it('after somebody has taken its refresh token out: the whole session ends', async () => {
    const browser = await signedIn();
    const token = browser.cookies.get(nameOfCookie()) ?? '';
    const thief = new FrontEnd(`${under.origin}/graphql`);
    const stolen = await thief.execute<{ refreshSession: { session: { accessToken: string } } }>(
      `mutation { refreshSession(input: { refreshToken: "${token}" }) { session { accessToken } } }`,
    );
    await customer.pool.query("UPDATE refresh_token SET used_at = used_at - interval '11 seconds'");
    const other = await startCustomerGateway(customer);
    expect(
      (
        await openBrowser(other.origin).execute(ME, {
          cookie: `kedai_session_${other.gateway.port}=${token}`,
        })
      ).body,
    ).toMatchObject(isNobody);
    await other.gateway.stop();
    const robbed = new FrontEnd(`${under.origin}/graphql`, stolen.refreshSession.session.accessToken);
    await eventually(async () => expect(await robbed.codes(ME)).toEqual(['UNAUTHENTICATED']));
  });
});

describe('mutations by cookie', () => {
  const mutation = 'mutation { updateProfile(input: { name: "Forged" }) { userErrors { code } } }';

  it('are refused by GET and as anything but JSON', async () => {
    const browser = await signedIn();
    const path = `/graphql?query=${encodeURIComponent(mutation)}`;
    expect((await browser.send('GET', path)).status).toBe(405);
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
      expect((await browser.execute(mutation, { 'content-type': type })).status).toBe(415);
  });
});

describe('over https, by a trusted proxy', () => {
  let proxied: CustomerGateway;
  beforeAll(async () => {
    proxied = await startCustomerGateway(customer, { trustedProxies: 1 });
  });
  afterAll(() => proxied.gateway.stop());

  const asForwarded = (scheme: string) => ({
    ...{ 'x-forwarded-proto': scheme, 'x-forwarded-host': 'kedai.example', 'x-forwarded-for': '203.0.113.7' },
    ...{ origin: `${scheme}://kedai.example` },
  });

  it('the cookie is Secure, and of this host alone', async () => {
    const browser = openBrowser(proxied.origin);
    const { headers } = await browser.signIn('sari@kedai.test', 'kedai-demo', asForwarded('https'));
    expect(headers['set-cookie']).toMatch(
      /^__Host-kedai_session=.*; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect((await browser.execute(ME, asForwarded('https'))).body).toEqual(isHers);
    const overHttp = { ...asForwarded('https'), origin: 'http://kedai.example' };
    expect((await browser.execute(ME, overHttp)).body).toMatchObject(isNobody);
    expect((await browser.execute(ME, asForwarded('http'))).body).toMatchObject(isNobody);
  });

  it('and what a client says of itself is not believed without one', async () => {
    const headers = { ...asForwarded('https'), origin: under.origin };
    const { headers: answered } = await openBrowser().signIn('sari@kedai.test', 'kedai-demo', headers);
    expect(answered['set-cookie']).not.toContain('Secure');
  });
});

describe('two gateways', () => {
  let other: CustomerGateway;
  beforeAll(async () => {
    other = await startCustomerGateway(customer);
  });
  afterAll(() => other.gateway.stop());

  /** The same session at the other gateway, as behind one address. */
  const atOther = (browser: Browser) =>
    openBrowser(
      other.origin,
      new Map([[`kedai_session_${other.gateway.port}`, browser.cookies.get(nameOfCookie()) ?? '']]),
    );

  it('end it together', async () => {
    const here = await signedIn();
    const there = atOther(here);
    const socket = await there.socket().init();
    expect((await here.send('DELETE', '/session')).status).toBe(204);
    expect((await socket.closed).code).toBe(4403);
    await eventually(async () => expect((await there.execute(ME)).body).toMatchObject(isNobody));
  });

  it('lose nobody while the customer subgraph is away: what is public goes on, and the rest says that it is unavailable', async () => {
    const browser = await signedIn();
    const nowhere = { url: 'http://127.0.0.1:9/graphql' };
    const away = await startCustomerGateway(customer, { subgraphs: new Map([['customer', nowhere]]) });
    const there = openBrowser(
      away.origin,
      new Map([[`kedai_session_${away.gateway.port}`, browser.cookies.get(nameOfCookie()) ?? '']]),
    );
    const { status, headers } = await there.send('GET', '/session');
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect((await there.send('DELETE', '/session')).status).toBe(503);
    expect((await there.execute('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    const { text } = await there.execute('{ sessions { id } }');
    expect(text).toContain('SUBGRAPH_UNAVAILABLE');
    const socket = await there.socket().open();
    socket.send({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(1013);
    await away.gateway.stop();
    expect((await browser.execute(ME)).body).toEqual(isHers);
  });
});

test('sessions work where nothing but trusted documents runs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-manifest-'));
  const manifest = join(folder, 'manifest.json');
  const operations = [{ id: 'me', body: ME }];
  await writeFile(
    manifest,
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
  );
  const { gateway, origin } = await startCustomerGateway(customer, {}, { TRUSTED_DOCUMENTS: manifest });
  const browser = openBrowser(origin);
  expect((await browser.signIn('sari@kedai.test')).status).toBe(204);
  expect((await browser.execute(ME)).body).toEqual(isHers);
  expect((await browser.execute('{ sessions { id } }')).status).toBe(403);
  expect((await browser.send('GET', '/session')).status).toBe(200);
  expect((await browser.send('DELETE', '/session')).status).toBe(204);
  await gateway.stop();
  await rm(folder, { recursive: true });
});

test('a gateway alone, in front of another supergraph, has no sessions', async () => {
  const shop = await startShopGateway();
  const address = shop.url.replace('/graphql', '/session');
  for (const method of ['GET', 'POST', 'DELETE'] as const)
    expect((await request(address, { method })).statusCode).toBe(404);
  await shop.stop();
});
