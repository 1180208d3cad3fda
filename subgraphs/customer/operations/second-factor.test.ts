import { type ExecutionResult, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { tokenVerifier } from '../../../platform/identity/access-token.js';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { readSigningKey } from '../../../platform/identity/keys.js';
import { newId } from '../../../platform/ids.js';
import { executeOperation } from '../../../platform/subgraph/execution.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codeOf } from '../../../tests/support/authenticator.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { BUDI, DEWI, HQ, mailsTo, startTestCustomer, tokenFor } from '../testing/harness.js';

let customer: TestSubgraph;

beforeAll(async () => {
  customer = await startTestCustomer();
});
afterAll(() => customer.stop());

const ERRORS = 'userErrors { code field retryAt }';
const PASSWORD = 'kedai-lama';

type Person = Identity & { readonly customerId: string; readonly email: string };

async function run(identity: Identity, field: string, selection: string): Promise<ExecutionResult> {
  return customer.run(identity, `mutation { ${field} { ${selection} ${ERRORS} } }`);
}
const begin = (person: Identity, password = PASSWORD) =>
  run(person, `beginSecondFactor(password: "${password}")`, 'secret uri');
const confirm = (person: Identity, code: string) =>
  run(person, `confirmSecondFactor(code: "${code}")`, 'recoveryCodes customer { secondFactor { isSet } }');
const disable = (person: Identity, password: string, code: string) =>
  run(person, `disableSecondFactor(input: { password: "${password}", code: "${code}" })`, '');
const renew = (person: Identity, code: string) =>
  run(person, `renewRecoveryCodes(input: { password: "${PASSWORD}", code: "${code}" })`, 'recoveryCodes');
const reset = (by: Identity, customerId: string) =>
  run(by, `resetSecondFactor(customerId: "${customerId}")`, 'customer { id }');

/** @param address that the request comes from. */
async function signIn(email: string, password: string, code?: string, address = '192.0.2.1') {
  const source = `mutation ($input: SignInInput!) { signIn(input: $input) { session { accessToken refreshToken } ${ERRORS} } }`;
  const input = { email, password, ...(code !== undefined && { code }) };
  const operation = { document: parse(source), variables: { input } };
  const call = { identity: ANONYMOUS, origin: { address, userAgent: null }, cause: newCause() };
  return executeOperation(customer.running, operation, call, customer.platform.log);
}
const refresh = (refreshToken: string) =>
  run(
    ANONYMOUS,
    `refreshSession(input: { refreshToken: "${refreshToken}" })`,
    'session { accessToken refreshToken }',
  );

function faultsOf(result: ExecutionResult): unknown {
  const [payload] = Object.values(Object(result.data));
  return Reflect.get(Object(payload), 'userErrors');
}
const fault = (code: string, field: string[] | null = null) => [{ code, field, retryAt: null }];

/** Somebody whose address is confirmed. */
async function aPerson(): Promise<Person & { readonly sessionId: string; readonly refreshToken: string }> {
  const email = `${newId()}@kedai.test`;
  const signedUp = await run(
    ANONYMOUS,
    `signUp(input: { email: "${email}", password: "${PASSWORD}", name: "Ayu" })`,
    'session { accessToken refreshToken }',
  );
  await run(
    ANONYMOUS,
    `verifyEmail(token: "${await tokenFor(customer, email, 'EMAIL_VERIFICATION')}")`,
    'email',
  );
  const { identity } = await verified(textAt(signedUp, 'signUp', 'session', 'accessToken'));
  const refreshToken = textAt(signedUp, 'signUp', 'session', 'refreshToken');
  return { ...identity, sessionId: identity.sessionId ?? '', email, refreshToken };
}

/** Somebody with a second factor, and what their app and their paper say. */
async function aPersonWithFactor() {
  const person = await aPerson();
  const secret = textAt(await begin(person), 'beginSecondFactor', 'secret');
  const confirmed = await confirm(person, codeOf(secret));
  const code = textAt(confirmed, 'confirmSecondFactor', 'recoveryCodes', 0);
  return { ...person, secret, recoveryCode: code };
}

async function verified(accessToken: string) {
  const { config } = customer.platform;
  const key = await readSigningKey(config.required('JWT_PRIVATE_KEY_FILE', 'a test'));
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = config.environment;
  return tokenVerifier({ keys: key.jwks, issuer, audience, requiresType: true }).verify(accessToken);
}

/** As if time had passed since the last code. */
async function untilNextCode({ customerId }: Person): Promise<void> {
  await customer.pool.query('UPDATE second_factor SET last_step = 0 WHERE customer_id = $1', [customerId]);
}

/** A code that differs from those that are accepted now. */
function wrongCodeFor(secret: string): string {
  const accepted = [-1, 0, 1].map((steps) => codeOf(secret, steps));
  return ['000000', '111111', '222222', '333333'].find((code) => !accepted.includes(code)) ?? '';
}

describe('setting a second factor', () => {
  test('begins with the password, and gives a secret that no row contains', async () => {
    const person = await aPerson();
    expect(codesOf(await begin(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    expect(faultsOf(await begin(person, 'kedai-salah'))).toEqual(fault('INVALID_CREDENTIALS', ['password']));
    const begun = await begin(person);
    const secret = textAt(begun, 'beginSecondFactor', 'secret');
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(textAt(begun, 'beginSecondFactor', 'uri')).toBe(
      `otpauth://totp/Kedai:${encodeURIComponent(person.email)}?secret=${secret}&issuer=Kedai`,
    );
    const { rows } = await customer.pool.query<{ sealed: Buffer }>(
      'SELECT sealed_secret AS sealed FROM second_factor WHERE customer_id = $1',
      [person.customerId],
    );
    expect(rows[0]?.sealed.length).toBe(12 + 16 + 20);
    expect(faultsOf(await signIn(person.email, PASSWORD))).toEqual([]);
  });

  test('needs an address that is confirmed', async () => {
    const person = await aPerson();
    await customer.pool.query('UPDATE customer SET email_verified_at = NULL WHERE id = $1', [
      person.customerId,
    ]);
    expect(faultsOf(await begin(person))).toEqual(fault('INVALID_STATE'));
  });

  test('is confirmed by a code within the hour: the other sessions end, and a mail says so', async () => {
    const person = await aPerson();
    const elsewhere = textAt(await signIn(person.email, PASSWORD), 'signIn', 'session', 'refreshToken');
    const former = textAt(await begin(person), 'beginSecondFactor', 'secret');
    const secret = textAt(await begin(person), 'beginSecondFactor', 'secret');
    for (const code of [wrongCodeFor(secret), codeOf(secret, 5), codeOf(former), '', 'abc']) {
      expect(faultsOf(await confirm(person, code))).toEqual(fault('INVALID_CREDENTIALS', ['code']));
    }
    await customer.pool.query(
      `UPDATE second_factor SET begun_at = now() - interval '61 minutes' WHERE customer_id = $1`,
      [person.customerId],
    );
    expect(faultsOf(await confirm(person, codeOf(secret)))).toEqual(fault('INVALID_STATE'));
    await customer.pool.query(`UPDATE second_factor SET begun_at = now() WHERE customer_id = $1`, [
      person.customerId,
    ]);
    expect(await confirm(person, codeOf(secret))).toMatchObject({
      data: { confirmSecondFactor: { customer: { secondFactor: { isSet: true } }, userErrors: [] } },
    });
    expect(faultsOf(await refresh(elsewhere))).toMatchObject([{ code: 'SESSION_ENDED' }]);
    expect(faultsOf(await refresh(person.refreshToken))).toEqual([]);
    expect(await mailsTo(customer, person.email)).toMatchObject([
      { kind: 'EMAIL_VERIFICATION' },
      { kind: 'SECOND_FACTOR_CHANGED', facts: { name: 'Ayu', change: 'ENABLED' } },
    ]);
    expect(faultsOf(await begin(person))).toEqual(fault('INVALID_STATE'));
    expect(faultsOf(await confirm(person, codeOf(secret, 1)))).toEqual(fault('INVALID_STATE'));
  });

  test('gives ten recovery codes, of which no row contains one', async () => {
    const person = await aPerson();
    const secret = textAt(await begin(person), 'beginSecondFactor', 'secret');
    const confirmed = await confirm(person, codeOf(secret));
    const codes = Array.from({ length: 10 }, (_, index) =>
      textAt(confirmed, 'confirmSecondFactor', 'recoveryCodes', index),
    );
    for (const code of codes) expect(code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
    expect(new Set(codes).size).toBe(10);
    const { rows } = await customer.pool.query('SELECT second_factor::text AS row FROM second_factor');
    for (const code of codes) expect(JSON.stringify(rows)).not.toContain(code);
  });
});

describe('signing in with a second factor', () => {
  test('needs a code once the password was right, and says nothing of it before', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    await untilNextCode({ email, ...person });
    for (const code of [undefined, codeOf(secret)])
      expect(faultsOf(await signIn(email, 'kedai-salah', code))).toEqual(fault('INVALID_CREDENTIALS'));
    for (const code of [undefined, '', '  '])
      expect(faultsOf(await signIn(email, PASSWORD, code))).toEqual(
        fault('SECOND_FACTOR_REQUIRED', ['code']),
      );
    for (const code of [wrongCodeFor(secret), 'ABCD-EFGH-IJKL-MNOP', 'x'.repeat(10_000)])
      expect(faultsOf(await signIn(email, PASSWORD, code))).toEqual(fault('INVALID_CREDENTIALS', ['code']));
    expect(faultsOf(await signIn(email, PASSWORD, ` ${codeOf(secret)} `))).toEqual([]);
  });

  test('takes a code once, and none from before it', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    const replayed = fault('INVALID_CREDENTIALS', ['code']);
    await untilNextCode({ email, ...person });
    const used = codeOf(secret, 1);
    expect(faultsOf(await signIn(email, PASSWORD, used))).toEqual([]);
    for (const code of [used, codeOf(secret), codeOf(secret, -1)])
      expect(faultsOf(await signIn(email, PASSWORD, code))).toEqual(replayed);
  });

  test('with the same code at the same moment succeeds once', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    await untilNextCode({ email, ...person });
    const code = codeOf(secret);
    const answers = await Promise.all([1, 2, 3].map(() => signIn(email, PASSWORD, code)));
    expect(answers.map((answer) => JSON.stringify(faultsOf(answer))).filter((one) => one === '[]')).toEqual([
      '[]',
    ]);
  });

  test('without its code counts as with a wrong password, and says when to try again', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    await untilNextCode({ email, ...person });
    for (let failures = 0; failures < 10; failures += 1)
      expect(faultsOf(await signIn(email, PASSWORD))).toMatchObject([{ code: 'SECOND_FACTOR_REQUIRED' }]);
    expect(faultsOf(await signIn(email, PASSWORD, codeOf(secret)))).toMatchObject([
      { code: 'TOO_MANY_ATTEMPTS', retryAt: expect.any(String) },
    ]);
    expect(faultsOf(await signIn(email, PASSWORD, codeOf(secret), '198.51.100.7'))).toEqual([]);
  });

  test('by guessing from ever other networks is bounded, too, for those alone who know the password', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    await untilNextCode({ email, ...person });
    const networks = Array.from({ length: 10 }, (_, index) => `198.51.100.${index}`);
    for (const address of networks) {
      expect(faultsOf(await signIn(email, 'kedai-salah', '000000', address))).toMatchObject([
        { code: 'INVALID_CREDENTIALS' },
      ]);
    }
    const wrong = wrongCodeFor(secret);
    for (const address of networks) {
      expect(faultsOf(await signIn(email, PASSWORD, wrong, address))).toMatchObject([
        { code: 'INVALID_CREDENTIALS' },
      ]);
    }
    expect(faultsOf(await signIn(email, PASSWORD, codeOf(secret), '203.0.113.1'))).toMatchObject([
      { code: 'TOO_MANY_ATTEMPTS', retryAt: expect.any(String) },
    ]);
  });

  test('takes each recovery code once, however it is typed, and says so by mail', async () => {
    const { email, recoveryCode, ...person } = await aPersonWithFactor();
    const typed = recoveryCode.toLowerCase().replaceAll('-', ' ');
    expect(faultsOf(await signIn(email, PASSWORD, typed))).toEqual([]);
    expect(faultsOf(await signIn(email, PASSWORD, recoveryCode))).toEqual(
      fault('INVALID_CREDENTIALS', ['code']),
    );
    expect((await mailsTo(customer, email)).at(-1)?.facts).toMatchObject({ change: 'RECOVERY_CODE_USED' });
    expect(await customer.run(person, '{ me { secondFactor { recoveryCodesLeft setAt } } }')).toMatchObject({
      data: { me: { secondFactor: { recoveryCodesLeft: 9, setAt: expect.any(String) } } },
    });
  });

  test('takes recovery codes also where the secret cannot be read any more', async () => {
    const { email, customerId, secret, recoveryCode } = await aPersonWithFactor();
    await customer.pool.query(
      `UPDATE second_factor SET last_step = 0, sealed_secret = '\\x00' WHERE customer_id = $1`,
      [customerId],
    );
    expect(faultsOf(await signIn(email, PASSWORD, codeOf(secret)))).toMatchObject([
      { code: 'INVALID_CREDENTIALS' },
    ]);
    expect(faultsOf(await signIn(email, PASSWORD, recoveryCode))).toEqual([]);
  });

  test('goes on by refresh tokens, which need no code', async () => {
    const { refreshToken } = await aPersonWithFactor();
    expect(faultsOf(await refresh(refreshToken))).toEqual([]);
  });

  test('still needs a code after the password was reset by mail', async () => {
    const { email, secret, ...person } = await aPersonWithFactor();
    await run(ANONYMOUS, `requestPasswordReset(email: "${email}")`, 'email');
    const token = await eventually(() => tokenFor(customer, email, 'PASSWORD_RESET'));
    await run(ANONYMOUS, `resetPassword(input: { token: "${token}", newPassword: "kedai-baru" })`, 'email');
    await untilNextCode({ email, ...person });
    expect(faultsOf(await signIn(email, 'kedai-baru'))).toEqual(fault('SECOND_FACTOR_REQUIRED', ['code']));
    expect(faultsOf(await signIn(email, 'kedai-baru', codeOf(secret)))).toEqual([]);
  });
});

describe('a second factor', () => {
  test('is removed by its owner with password and code; tokens that were signed with it end', async () => {
    const person = await aPersonWithFactor();
    await untilNextCode(person);
    const code = codeOf(person.secret);
    expect(faultsOf(await disable(person, 'kedai-salah', code))).toEqual(
      fault('INVALID_CREDENTIALS', ['password']),
    );
    expect(faultsOf(await disable(person, PASSWORD, ''))).toEqual(fault('SECOND_FACTOR_REQUIRED', ['code']));
    expect(faultsOf(await disable(person, PASSWORD, wrongCodeFor(person.secret)))).toEqual(
      fault('INVALID_CREDENTIALS', ['code']),
    );
    expect(faultsOf(await disable(person, PASSWORD, code))).toEqual([]);
    expect(faultsOf(await signIn(person.email, PASSWORD))).toEqual([]);
    expect(faultsOf(await disable(person, PASSWORD, code))).toEqual(fault('INVALID_STATE'));
    const { rowCount } = await customer.pool.query('SELECT FROM revocation WHERE customer_id = $1', [
      person.customerId,
    ]);
    expect(rowCount).toBe(1);
    expect((await mailsTo(customer, person.email)).at(-1)?.facts).toMatchObject({ change: 'DISABLED' });
  });

  test('has its recovery codes renewed; those before are worth nothing', async () => {
    const person = await aPersonWithFactor();
    await untilNextCode(person);
    const renewed = textAt(
      await renew(person, codeOf(person.secret)),
      'renewRecoveryCodes',
      'recoveryCodes',
      0,
    );
    expect(faultsOf(await signIn(person.email, PASSWORD, person.recoveryCode))).toEqual(
      fault('INVALID_CREDENTIALS', ['code']),
    );
    expect(faultsOf(await signIn(person.email, PASSWORD, renewed))).toEqual([]);
  });

  test('is reset by head office alone, for others: the person’s sessions end, and the trail has it', async () => {
    const person = await aPersonWithFactor();
    for (const caller of [BUDI, DEWI, person])
      expect(codesOf(await reset(caller, person.customerId))).toEqual(['FORBIDDEN']);
    expect(faultsOf(await reset(HQ, HQ.customerId))).toEqual(fault('INVALID_STATE'));
    for (const unknown of [newId(), 'nobody'])
      expect(codesOf(await reset(HQ, unknown))).toEqual(['NOT_FOUND']);
    expect(faultsOf(await reset(HQ, person.customerId))).toEqual([]);
    expect(faultsOf(await reset(HQ, person.customerId))).toEqual(fault('INVALID_STATE'));
    expect(faultsOf(await refresh(person.refreshToken))).toMatchObject([{ code: 'SESSION_ENDED' }]);
    expect(faultsOf(await signIn(person.email, PASSWORD))).toEqual([]);
    const { rows } = await customer.pool.query(
      `SELECT data FROM outbox WHERE type = 'change.recorded' AND data->'entity'->>'id' = $1`,
      [person.customerId],
    );
    expect(rows).toMatchObject([
      {
        data: {
          action: 'resetSecondFactor',
          actorId: HQ.customerId,
          before: { hasSecondFactor: true },
          after: { hasSecondFactor: false },
        },
      },
    ]);
  });

  test('is seen by its owner and head office alone', async () => {
    const person = await aPersonWithFactor();
    const staff = `{ staff(first: 100) { nodes { customer { id secondFactor { isSet } } } } }`;
    expect(codesOf(await customer.run(BUDI, staff))).toContain('FORBIDDEN');
    expect(codesOf(await customer.run(HQ, staff))).toEqual([]);
    expect(await customer.run(person, '{ me { secondFactor { isSet isRequired } } }')).toMatchObject({
      data: { me: { secondFactor: { isSet: true, isRequired: false } } },
    });
  });

  test('is erased with the account', async () => {
    const person = await aPersonWithFactor();
    await customer.run(person, `mutation { deleteAccount(password: "${PASSWORD}") { ${ERRORS} } }`);
    const { rowCount } = await customer.pool.query('SELECT FROM second_factor WHERE customer_id = $1', [
      person.customerId,
    ]);
    expect(rowCount).toBe(0);
  });
});

describe('the setting secondFactorRoles', () => {
  const outlet = { role: 'BARISTA', outletId: STAFFED_OUTLET_ID, franchiseId: null };

  async function demand(version: number, roles: readonly string[]): Promise<void> {
    await customer.deliver('customer.settings-copy', {
      ...{ type: 'settings.changed', aggregateId: STAFFED_OUTLET_ID, aggregateVersion: version },
      data: {
        ...{ level: 'OUTLET', placeId: STAFFED_OUTLET_ID },
        settings: { secondFactorRoles: { value: [...roles], isLocked: false } },
      },
    });
    await eventually(async () => {
      const { rows } = await customer.pool.query('SELECT version FROM setting_copy');
      expect(rows).toEqual([{ version }]);
    });
  }

  test('leaves its roles out of access tokens until a second factor is set', async () => {
    const person = await aPerson();
    await customer.run(
      BUDI,
      `mutation { inviteStaff(input: { email: "${person.email}", role: BARISTA, outletId: "${STAFFED_OUTLET_ID}" }) { ${ERRORS} } }`,
    );
    const token = await tokenFor(customer, person.email, 'STAFF_INVITATION');
    await customer.run(person, `mutation { acceptInvitation(token: "${token}") { ${ERRORS} } }`);
    const tokenNow = async () =>
      verified(textAt(await signIn(person.email, PASSWORD), 'signIn', 'session', 'accessToken'));
    const guest = { role: 'CUSTOMER', outletId: null, franchiseId: null };

    await demand(1, ['MANAGER']);
    expect(await tokenNow()).toMatchObject({ identity: { roles: [guest, outlet] } });

    await demand(2, ['BARISTA', 'MANAGER']);
    await eventually(async () =>
      expect(await tokenNow()).toMatchObject({ identity: { roles: [guest] }, lacksSecondFactor: true }),
    );
    expect((await tokenNow()).scopes).toEqual(new Set());
    expect(
      await customer.run(person, '{ me { roles { role } secondFactor { isSet isRequired } } }'),
    ).toMatchObject({
      data: {
        me: {
          roles: [{ role: 'CUSTOMER' }, { role: 'BARISTA' }],
          secondFactor: { isSet: false, isRequired: true },
        },
      },
    });

    const secret = textAt(await begin(person), 'beginSecondFactor', 'secret');
    await confirm(person, codeOf(secret));
    const refreshed = textAt(await refresh(person.refreshToken), 'refreshSession', 'session', 'accessToken');
    const { identity, scopes, lacksSecondFactor } = await verified(refreshed);
    expect(identity.roles).toEqual([guest, outlet]);
    expect(scopes).toContain('payments:confirm');
    expect(lacksSecondFactor).toBeUndefined();
  });
});
