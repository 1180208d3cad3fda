/** What persons switch off, when they want to be left alone, and the link that unsubscribes: by what is sent, through a real SMTP server. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { codesOf, type TestSubgraph } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import {
  inSeconds,
  makeKnown,
  orderOf,
  PUBLIC_URL,
  request,
  startTestMessages,
} from '../../testing/harness.js';
import { type MailServer, startMailServer } from '../../testing/mail-server.js';

let server: MailServer;
let messages: TestSubgraph;
beforeAll(async () => {
  server = await startMailServer();
  messages = await startTestMessages({ SMTP_URL: server.url, MAIL_FROM: 'Kedai <hello@kedai.example>' });
});
afterAll(async () => {
  await messages.stop();
  await server.stop();
});

const SET = `mutation ($input: SetNotificationPreferenceInput!) { setNotificationPreference(input: $input) {
  notificationPreference { kind channel isOn } userErrors { code field } } }`;
const SET_QUIET_HOURS = `mutation ($input: SetQuietHoursInput!) { setQuietHours(input: $input) {
  quietHours { from to timeZone } userErrors { code field } } }`;
const UNSUBSCRIBE = `mutation ($token: String!) { unsubscribe(token: $token) {
  notificationPreference { kind channel isOn } userErrors { code field } } }`;
const READ = '{ notificationPreferences { kind channel isOn } quietHours { from to timeZone } }';

interface Person {
  readonly identity: Identity;
  readonly customerId: string;
  readonly email: string;
}

async function somebody(): Promise<Person> {
  const { customerId, email } = await makeKnown(messages);
  return { customerId, email, identity: { customerId, roles: [] } };
}

const setMails = ({ identity }: Person, isOn: boolean) =>
  messages.run(identity, SET, { input: { kind: 'ORDER_STATUS', channel: 'EMAIL', isOn } });

/** Reports a step of an order of the person; resolves when it is written down, or is not to be. */
async function step({ customerId }: Person, type: 'order.ready' | 'order.refunded'): Promise<string> {
  const order = orderOf(customerId);
  const about = { aggregateId: order.orderId, aggregateVersion: 5 };
  const event = await messages.deliver(
    'messages.order-mails',
    type === 'order.ready'
      ? { type, ...about, data: order }
      : { type, ...about, data: { ...order, total: 25_000 } },
  );
  await eventually(async () => {
    const { rowCount } = await messages.pool.query('SELECT FROM inbox WHERE event_id = $1', [event.id]);
    expect(rowCount).toBe(1);
  });
  return order.orderId;
}

interface Written {
  readonly id: string;
  readonly nextAttemptAt: Date;
}

async function mailOf(orderId: string): Promise<Written | undefined> {
  const { rows } = await messages.pool.query<Written>(
    'SELECT id, next_attempt_at AS "nextAttemptAt" FROM mail WHERE order_id = $1',
    [orderId],
  );
  return rows[0];
}

describe('a preference', () => {
  it('is on until it is switched off, where Kedai has such notifications', async () => {
    const { identity } = await somebody();
    const { data } = await messages.run(identity, READ);
    const all: { kind: string; channel: string; isOn: boolean }[] = JSON.parse(
      JSON.stringify(data?.notificationPreferences),
    );
    expect(all).toHaveLength(18);
    expect(all.filter(({ channel, isOn }) => channel !== 'IN_APP' && isOn)).toEqual([
      { kind: 'ORDER_STATUS', channel: 'EMAIL', isOn: true },
      { kind: 'ORDER_STATUS', channel: 'PUSH', isOn: true },
    ]);
    expect(all.filter(({ channel, isOn }) => channel === 'IN_APP' && isOn)).toHaveLength(6);
    expect(data?.quietHours).toBeNull();
  });

  it('decides whether a mail is written, from when it is set', async () => {
    const person = await somebody();
    const off = { kind: 'ORDER_STATUS', channel: 'EMAIL', isOn: false };
    expect((await setMails(person, false)).data).toEqual({
      setNotificationPreference: { notificationPreference: off, userErrors: [] },
    });
    expect(await mailOf(await step(person, 'order.ready'))).toBeUndefined();
    expect((await messages.run(person.identity, READ)).data).toMatchObject({
      notificationPreferences: expect.arrayContaining([off]),
    });
    await setMails(person, true);
    expect(await mailOf(await step(person, 'order.ready'))).toBeDefined();
  });

  it('is published once for each change, with rising versions', async () => {
    const person = await somebody();
    for (const isOn of [false, false, true]) await setMails(person, isOn);
    const { rows } = await messages.pool.query(
      'SELECT type, aggregate_version AS version, data FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version',
      [`${person.customerId}:ORDER_STATUS:EMAIL`],
    );
    const data = { customerId: person.customerId, kind: 'ORDER_STATUS', channel: 'EMAIL' };
    expect(rows).toEqual([
      { type: 'notification.preference-changed', version: 1, data: { ...data, isOn: false } },
      { type: 'notification.preference-changed', version: 2, data: { ...data, isOn: true } },
    ]);
  });

  it('is refused for what Kedai does not send, and to who is not signed in', async () => {
    const { identity } = await somebody();
    const input = { kind: 'LOYALTY', channel: 'EMAIL', isOn: true };
    expect((await messages.run(identity, SET, { input })).data).toEqual({
      setNotificationPreference: {
        notificationPreference: null,
        userErrors: [{ code: 'INVALID_INPUT', field: ['channel'] }],
      },
    });
    for (const [operation, variables] of [
      [SET, { input }],
      [SET_QUIET_HOURS, { input: {} }],
      [READ, {}],
    ] as const)
      expect(codesOf(await messages.run(ANONYMOUS, operation, variables))).toContain('UNAUTHENTICATED');
  });
});

describe('quiet hours', () => {
  const atUtc = (seconds: number) => inSeconds(seconds).slice(11, 16);

  it('hold back what is not urgent, until their end, and nothing that somebody waits for', async () => {
    const person = await somebody();
    const to = atUtc(7_200);
    const input = { from: atUtc(-3_600), to, timeZone: 'utc' };
    expect((await messages.run(person.identity, SET_QUIET_HOURS, { input })).data).toEqual({
      setQuietHours: { quietHours: { ...input, timeZone: 'UTC' }, userErrors: [] },
    });
    const refunded = await mailOf(await step(person, 'order.refunded'));
    expect(refunded?.nextAttemptAt.toISOString().slice(11)).toBe(`${to}:00.000Z`);
    const ready = await mailOf(await step(person, 'order.ready'));
    await eventually(() =>
      expect(server.received.map(({ source }) => source).join()).toContain(`<${ready?.id}@kedai.example>`),
    );
    expect(server.received.map(({ source }) => source).join()).not.toContain(`<${refunded?.id}@`);
  });

  it('are off where all fields are null', async () => {
    const person = await somebody();
    const input = { from: '22:00', to: '07:00', timeZone: 'Asia/Jakarta' };
    await messages.run(person.identity, SET_QUIET_HOURS, { input });
    expect((await messages.run(person.identity, READ)).data).toMatchObject({ quietHours: input });
    expect((await messages.run(person.identity, SET_QUIET_HOURS, { input: {} })).data).toEqual({
      setQuietHours: { quietHours: null, userErrors: [] },
    });
    expect((await messages.run(person.identity, READ)).data).toMatchObject({ quietHours: null });
  });

  it.each([
    ['from', { from: '24:00', to: '07:00', timeZone: 'Asia/Jakarta' }],
    ['to', { from: '22:00', to: '7', timeZone: 'Asia/Jakarta' }],
    ['to', { from: '22:00', to: '22:00', timeZone: 'Asia/Jakarta' }],
    ['timeZone', { from: '22:00', to: '07:00', timeZone: 'Asia/Atlantis' }],
    ['timeZone', { from: '22:00', to: '07:00' }],
  ])('with a wrong %s are refused: %j', async (field, input) => {
    const { identity } = await somebody();
    expect((await messages.run(identity, SET_QUIET_HOURS, { input })).data).toEqual({
      setQuietHours: { quietHours: null, userErrors: [{ code: 'INVALID_INPUT', field: [field] }] },
    });
  });
});

describe('the link of a mail that can be switched off', () => {
  /** Headers may go on in further lines. */
  async function headersOf(mailId: string): Promise<string> {
    return eventually(() => {
      const mail = server.received.find(({ source }) => source.includes(`<${mailId}@kedai.example>`));
      if (mail === undefined) throw new Error('not yet');
      return (mail.source.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n\s+/g, ' ');
    });
  }

  async function tokenOf(person: Person): Promise<string> {
    const mail = await mailOf(await step(person, 'order.ready'));
    const headers = await headersOf(mail?.id ?? '');
    expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const [, address = ''] = /List-Unsubscribe: <([^>]+)>/.exec(headers) ?? [];
    expect(address).toContain(`${PUBLIC_URL}/unsubscribe?token=`);
    return new URL(address).searchParams.get('token') ?? '';
  }

  it('is not in a mail about an account', async () => {
    const { mailId } = await request(messages, { customerId: newId(), kind: 'PASSWORD_RESET' });
    expect(await headersOf(mailId)).not.toContain('List-Unsubscribe');
  });

  it('unsubscribes by one POST, as mail programs make it, however often, and stores how', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const route = messages.running.routes.find(({ path }) => path === '/unsubscribe');
    const http = createServer((incoming, response) => {
      const url = new URL(incoming.url ?? '/', 'http://localhost');
      void route?.handle(incoming, response, url, 'request');
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
      const address = http.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const post = async (given: string) => {
        const response = await fetch(`http://127.0.0.1:${port}/unsubscribe?token=${given}`, {
          method: 'POST',
          body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
        });
        return response.status;
      };
      expect([await post(token), await post(token), await post(`${token.slice(0, -4)}AAAA`)]).toEqual([
        200, 200, 404,
      ]);
    } finally {
      http.close();
    }
    expect(await mailOf(await step(person, 'order.ready'))).toBeUndefined();
    const { rows } = await messages.pool.query(
      'SELECT kind, channel, is_on, version, source FROM notification_preference WHERE customer_id = $1',
      [person.customerId],
    );
    expect(rows).toEqual([
      { kind: 'ORDER_STATUS', channel: 'EMAIL', is_on: false, version: 1, source: 'MAIL_LINK' },
    ]);
  });

  it('unsubscribes its receiver from the page, and nobody by a token that is none or of a deleted account', async () => {
    const person = await somebody();
    const token = await tokenOf(person);
    const switchedOff = { kind: 'ORDER_STATUS', channel: 'EMAIL', isOn: false };
    expect((await messages.run(ANONYMOUS, UNSUBSCRIBE, { token })).data).toEqual({
      unsubscribe: { notificationPreference: switchedOff, userErrors: [] },
    });
    const { customerId } = person;
    await messages.deliver('messages.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => {
      const { rowCount } = await messages.pool.query(
        'SELECT FROM notification_preference WHERE customer_id = $1',
        [customerId],
      );
      expect(rowCount).toBe(0);
    });
    for (const given of [token, 'nonsense', ''])
      expect((await messages.run(ANONYMOUS, UNSUBSCRIBE, { token: given })).data).toEqual({
        unsubscribe: {
          notificationPreference: null,
          userErrors: [{ code: 'LINK_INVALID', field: ['token'] }],
        },
      });
  });
});
