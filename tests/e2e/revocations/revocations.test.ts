/** What is revoked ends at requests and sockets, although access tokens outlive it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const NOTIFIED = 'subscription { notificationReceived { id } }';
const QUEUE = `subscription { kitchenQueueChanged(outletId: "${STAFFED_OUTLET_ID}") { at } }`;

let system: WholeSystem;
let anonymous: FrontEnd;

beforeAll(async () => {
  system = await startWholeSystem({ RATE_LIMIT: 'off' });
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
});
