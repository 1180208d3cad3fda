/** A chain of one's own: from an empty data folder in production to the first order that is paid, by nothing but what an operator is given. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { type MailServer, startMailServer } from '../../../subgraphs/messages/testing/mail-server.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import { startWholeSystem, type WholeSystem } from '../../support/whole-system.js';

const HEAD_OFFICE = 'owner@kopi.example';
const PASSWORD = 'a long enough password';

describe('a chain of one’s own', () => {
  let folder: string;
  let mails: MailServer;
  let system: WholeSystem;
  let visitor: FrontEnd;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-first-order-'));
    mails = await startMailServer();
    const settings = { SMTP_URL: mails.url, MAIL_FROM: 'hello@kopi.example' };
    system = await startWholeSystem({ NODE_ENV: 'production', ...settings }, folder);
    visitor = new FrontEnd(system.url);
  });
  afterAll(async () => {
    await system?.stop();
    await mails.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs `npm run admin` beside the system, with the settings that the system has. */
  async function admin(...words: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/deploy/admin.js', ...words], {
      cwd: PROJECT_FOLDER,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        DATA_DIR: folder,
        PUBLIC_URL: 'https://kopi.example',
      },
    });
    return stdout;
  }

  /** The token of the link that an address was sent, in a mail that is encoded as quoted-printable. */
  function invited(address: string): Promise<string> {
    return eventually(() => {
      const mail = mails.received.find(({ to }) => to.includes(address));
      const token = /invitation\?token=(?:3D)?([\w-]+)/.exec(mail?.source.replaceAll('=\r\n', '') ?? '')?.[1];
      if (token === undefined) throw new Error(`${address} has no mail yet`);
      return token;
    });
  }

  /** Signs up with the password that all have here. */
  async function signUp(email: string, name: string): Promise<FrontEnd> {
    await done(visitor, 'signUp', 'SignUpInput', 'session { accessToken }', {
      ...{ email, name, password: PASSWORD },
    });
    return visitor.signIn(email, PASSWORD);
  }

  it('starts with nothing of the demo, and says that it has no head office', async () => {
    expect(system.output()).toContain('This chain has no head office yet');
    expect(system.output()).not.toContain('kedai-demo');
    const { outlets } = await visitor.execute<{ outlets: { nodes: object[] } }>(
      '{ outlets { nodes { id } } }',
    );
    expect(outlets.nodes).toEqual([]);
    await expect(visitor.signIn('hq@kedai.test')).rejects.toThrow('INVALID_CREDENTIALS');
  });

  it('comes from its first head office to its first paid order', async () => {
    const words = await admin('create', '--email', HEAD_OFFICE);
    const token = /^ {2}https:\/\/kopi\.example\/reset\?token=(\S+)$/m.exec(words)?.[1];
    expect(token).toBeDefined();
    await done(visitor, 'resetPassword', 'ResetPasswordInput', 'userErrors { code }', {
      ...{ token, newPassword: PASSWORD },
    });
    const headOffice = await visitor.signIn(HEAD_OFFICE, PASSWORD);

    const franchiseId = await idOf(headOffice, 'createFranchise', 'franchise', { name: 'Kopi Bandung' });
    const outletId = await idOf(headOffice, 'createOutlet', 'outlet', {
      ...{ franchiseId, name: 'Kopi Dago', city: 'Bandung', address: 'Jl. Dago 1', phone: '+62225550100' },
    });
    const ingredientId = await idOf(headOffice, 'createIngredient', 'ingredient', {
      name: 'Milk',
      unit: 'MILLILITRE',
    });
    const menuItemId = await idOf(headOffice, 'createMenuItem', 'menuItem', {
      ...{ barcode: '8991234567891', name: 'Kopi Susu', category: 'COFFEE', price: 25_000 },
      recipe: [{ ingredientId, quantity: 200 }],
    });
    await eventually(async () => {
      await idOf(headOffice, 'createStockItem', 'stockItem', {
        ...{ outletId, ingredientId, tracking: 'COUNT', countedOnHand: 10_000 },
      });
    });

    const { openOutlet } = await headOffice.execute<Payloads>(
      'mutation ($id: ID!) { openOutlet(outletId: $id) { outlet { status } userErrors { code field message } } }',
      { id: outletId },
    );
    expect(openOutlet).toEqual({ outlet: { status: 'OPEN' }, userErrors: [] });

    await eventually(() =>
      done(headOffice, 'inviteStaff', 'InviteStaffInput', 'invitation { id }', {
        ...{ email: 'barista@kopi.example', role: 'BARISTA', outletId },
      }),
    );
    const { acceptInvitation } = await visitor.execute<Payloads>(
      `mutation ($token: String!, $password: String) {
         acceptInvitation(token: $token, name: "Ayu", password: $password) { userErrors { code field } } }`,
      { token: await invited('barista@kopi.example'), password: PASSWORD },
    );
    expect(acceptInvitation).toEqual({ userErrors: [] });
    const ayu = await visitor.signIn('barista@kopi.example', PASSWORD);

    const guest = await signUp('guest@example.com', 'Dimas');
    const orderId = await idOf(guest, 'placeOrder', 'order', {
      ...{ outletId, lines: [{ menuItemId, quantity: 2 }], idempotencyKey: newId() },
    });
    await eventually(async () => expect(await statusOf(guest, orderId)).toBe('AWAITING_PAYMENT'));

    const byWallet = await guest.execute<Payloads>(
      `mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { id } userErrors { code field } } }`,
      { input: { orderId, method: 'GOPAY', idempotencyKey: newId() } },
    );
    expect(byWallet.payOrder).toEqual({
      payment: null,
      userErrors: [{ code: 'PAYMENT_METHOD_UNAVAILABLE', field: ['method'] }],
    });
    const paymentId = await idOf(guest, 'payOrder', 'payment', {
      ...{ orderId, method: 'CASH', idempotencyKey: newId() },
    });
    await eventually(async () => {
      const { confirmCashPayment } = await ayu.execute<Payloads>(
        'mutation ($id: ID!) { confirmCashPayment(paymentId: $id) { payment { status } userErrors { code } } }',
        { id: paymentId },
      );
      expect(confirmCashPayment).toEqual({ payment: { status: 'PAID' }, userErrors: [] });
    });
    await eventually(async () => expect(await statusOf(guest, orderId)).toBe('PAID'));
  });

  it('prints a new link for a head office that has lost its password, which ends the former', async () => {
    const tokenIn = (words: string) => /token=(\S+)/.exec(words)?.[1];
    const [former, latest] = [
      tokenIn(await admin('create', '--email', HEAD_OFFICE)),
      tokenIn(await admin('create', '--email', HEAD_OFFICE)),
    ];
    const reset = (token: string | undefined) =>
      visitor.execute<Payloads>(
        'mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { userErrors { code } } }',
        { input: { token, newPassword: 'another long password' } },
      );
    expect((await reset(former)).resetPassword?.userErrors).not.toEqual([]);
    expect((await reset(latest)).resetPassword?.userErrors).toEqual([]);
    await visitor.signIn(HEAD_OFFICE, 'another long password');
  });

  it('makes nobody head office who has opened the account, unless that is asked for', async () => {
    const failure = await admin('create', '--email', 'guest@example.com').catch(
      (error: Error) => error.message,
    );
    expect(failure).toContain('guest@example.com has an account, which is not head office.');
    expect(await admin('create', '--email', 'guest@example.com', '--grant')).toContain(
      'It keeps its password',
    );
    const guest = await visitor.signIn('guest@example.com', PASSWORD);
    const { me } = await guest.execute<{ me: { roles: { role: string }[] } }>('{ me { roles { role } } }');
    expect(me.roles.map(({ role }) => role)).toContain('HQ');
  });
});

type Payloads = Readonly<
  Record<string, { readonly userErrors: readonly object[] } & Record<string, unknown>>
>;

/** Sends `mutation(input)` and returns its payload; throws where it has user errors. */
async function done(
  client: FrontEnd,
  mutation: string,
  inputType: string,
  selection: string,
  input: object,
): Promise<Record<string, unknown>> {
  const errors = selection.includes('userErrors') ? '' : 'userErrors { code field message }';
  const answer = await client.execute<Payloads>(
    `mutation ($input: ${inputType}!) { ${mutation}(input: $input) { ${selection} ${errors} } }`,
    { input },
  );
  const payload = answer[mutation];
  if (payload === undefined || payload.userErrors.length > 0) {
    throw new Error(`${mutation}: ${JSON.stringify(payload?.userErrors)}`);
  }
  return payload;
}

/** Sends the mutation and returns the id of what it made. */
async function idOf(client: FrontEnd, mutation: string, what: string, input: object): Promise<string> {
  const inputType = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { [what]: made } = await done(client, mutation, inputType, `${what} { id }`, input);
  if (typeof made !== 'object' || made === null || !('id' in made))
    throw new Error(`${mutation} made nothing`);
  return String(made.id);
}

async function statusOf(client: FrontEnd, orderId: string): Promise<string> {
  const { order } = await client.execute<{ order: { status: string } }>(
    'query ($id: ID!) { order(id: $id) { status } }',
    { id: orderId },
  );
  return order.status;
}
