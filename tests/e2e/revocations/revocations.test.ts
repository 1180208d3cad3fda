/** What is revoked ends at requests and sockets, although access tokens outlive it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { codeOf } from '../../support/authenticator.js';
import { startDemoSystem } from '../../support/demo-system.js';
import { FrontEnd } from '../../support/front-end.js';
import { mailedToken } from '../../support/mailbox.js';
import { eventually } from '../../support/wait.js';
import type { WholeSystem } from '../../support/whole-system.js';

const NOTIFIED = 'subscription { notificationReceived { id } }';
const QUEUE = `subscription { kitchenQueueChanged(outletId: "${STAFFED_OUTLET_ID}") { at } }`;

let system: WholeSystem;
let anonymous: FrontEnd;

beforeAll(async () => {
  system = await startDemoSystem({ RATE_LIMIT: 'off' });
  anonymous = new FrontEnd(system.url);
});
afterAll(() => system?.stop());

async function signUp() {
  const email = `${newId()}@kedai.test`;
  await anonymous.execute(
    'mutation ($input: SignUpInput!) { signUp(input: $input) { userErrors { code } } }',
    {
      input: { email, password: 'kedai-demo', name: 'Ayu' },
    },
  );
  const [here, elsewhere] = [await anonymous.signIn(email), await anonymous.signIn(email)];
  return { email, here, elsewhere };
}

const refused = (front: FrontEnd) =>
  eventually(async () => expect(await front.codes('{ me { id } }')).toEqual(['UNAUTHENTICATED']));

describe('revocations', () => {
  it.each([
    ['mutation { signOut { userErrors { code } } }', 'mine'],
    ['mutation { signOutEverywhere { userErrors { code } } }', 'all'],
    [
      'mutation { changePassword(input: { currentPassword: "kedai-demo", newPassword: "kedai-baru" }) { userErrors { code } } }',
      'others',
    ],
    ['mutation { deleteAccount(password: "kedai-demo") { userErrors { code } } }', 'all'],
  ])('%s ends the sessions that it names: %s', async (mutation, which) => {
    const { here, elsewhere } = await signUp();
    const streams = [here, elsewhere].map((front) => front.subscribe(NOTIFIED));
    await here.execute(mutation);
    const ended = which === 'all' ? [0, 1] : which === 'mine' ? [0] : [1];
    for (const index of ended) {
      await streams[index]?.ended;
      const front = [here, elsewhere][index];
      if (front !== undefined) await refused(front);
    }
    if (which !== 'all')
      expect(await (which === 'mine' ? elsewhere : here).codes('{ me { id } }')).toEqual([]);
    for (const stream of streams) stream.close();
  });

  it('of every session end with a password that is set by the link of a mail', async () => {
    const { email, here, elsewhere } = await signUp();
    const streams = [here, elsewhere].map((front) => front.subscribe(NOTIFIED));
    await anonymous.execute(`mutation { requestPasswordReset(email: "${email}") { userErrors { code } } }`);
    const token = await mailedToken(system.url, email, '/reset');
    await anonymous.execute(
      'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { code } } }',
      { input: { token, newPassword: 'kedai-baru' } },
    );
    for (const stream of streams) await stream.ended;
    for (const front of [here, elsewhere]) await refused(front);
    expect(await (await anonymous.signIn(email, 'kedai-baru')).codes('{ me { id } }')).toEqual([]);
  });

  it('of a role end its requests and streams, and a new token has what is left', async () => {
    const hq = await anonymous.signIn('hq@kedai.test');
    const { email, here } = await signUp();
    const role = { email, role: 'BARISTA', outletId: STAFFED_OUTLET_ID };
    const change = (mutation: string, input: string) =>
      hq.execute(`mutation ($input: ${input}!) { ${mutation}(input: $input) { userErrors { code } } }`, {
        input: role,
      });
    await change('grantRole', 'GrantRoleInput');
    expect(await here.codes('{ me { id } }')).toEqual([]);
    const barista = await anonymous.signIn(email);
    const stream = barista.subscribe(QUEUE);
    await eventually(() => expect(stream.events.length).toBeGreaterThan(0));
    await change('revokeRole', 'RevokeRoleInput');
    await stream.ended;
    await refused(barista);
    const guest = await anonymous.signIn(email);
    expect(await guest.codes('{ me { id } }')).toEqual([]);
    expect(await guest.codes(`{ kitchenQueue(outletId: "${STAFFED_OUTLET_ID}") { __typename } }`)).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('of a second factor end the tokens of roles that need one; without one they are refused with the way out', async () => {
    const budi = await anonymous.signIn('budi@kedai.test');
    const hq = await anonymous.signIn('hq@kedai.test');
    const demand = (value: string) =>
      hq.execute(
        `mutation { setSetting(input: { level: OUTLET, id: "${STAFFED_OUTLET_ID}", key: "secondFactorRoles", value: [${value}] }) { userErrors { code } } }`,
      );
    const queue = `{ kitchenQueue(outletId: "${STAFFED_OUTLET_ID}") { __typename } }`;
    const session = 'session { accessToken refreshToken }';
    await demand('"MANAGER"');
    let signedIn = { accessToken: '', refreshToken: '' };
    await eventually(async () => {
      const { signIn } = await anonymous.execute<{ signIn: { session: typeof signedIn } }>(
        `mutation { signIn(input: { email: "budi@kedai.test", password: "kedai-demo" }) { ${session} } }`,
      );
      signedIn = signIn.session;
      const { errors } = await new FrontEnd(system.url, signedIn.accessToken).answer(queue);
      expect(errors).toMatchObject([
        { message: expect.stringContaining('beginSecondFactor'), extensions: { code: 'FORBIDDEN' } },
      ]);
    });
    expect(await budi.codes(queue)).toEqual([]);

    const withheld = new FrontEnd(system.url, signedIn.accessToken);
    const begun = await withheld.execute<{ beginSecondFactor: { secret: string } }>(
      'mutation { beginSecondFactor(password: "kedai-demo") { secret } }',
    );
    const code = codeOf(begun.beginSecondFactor.secret);
    const confirmed = await withheld.execute<{ confirmSecondFactor: { recoveryCodes: string[] } }>(
      `mutation { confirmSecondFactor(code: "${code}") { recoveryCodes } }`,
    );
    await refused(budi);
    const { refreshSession } = await anonymous.execute<{ refreshSession: { session: typeof signedIn } }>(
      `mutation { refreshSession(input: { refreshToken: "${signedIn.refreshToken}" }) { ${session} } }`,
    );
    const manager = new FrontEnd(system.url, refreshSession.session.accessToken);
    expect(await manager.codes(queue)).toEqual([]);

    const [recoveryCode = ''] = confirmed.confirmSecondFactor.recoveryCodes;
    await manager.execute(
      `mutation { disableSecondFactor(input: { password: "kedai-demo", code: "${recoveryCode}" }) { userErrors { code } } }`,
    );
    await refused(manager);
    await demand('');
  });
});
