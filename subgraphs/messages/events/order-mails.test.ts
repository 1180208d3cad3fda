/** Mails about the steps of orders: of which, to whom, how often, and what they say. Through a real SMTP server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyEvent, NewEvent } from '../../../platform/events/envelope.js';
import { documentLinks } from '../../../platform/identity/document-links.js';
import { newId } from '../../../platform/ids.js';
import { enveloped, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  inSeconds,
  makeKnown,
  type OrderOf,
  orderOf,
  PUBLIC_URL,
  SECRET,
  startTestMessages,
} from '../testing/harness.js';
import { type MailServer, type ReceivedMail, startMailServer } from '../testing/mail-server.js';

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

const TOTAL = 57_500;
const RECEIPT = {
  lines: [
    { name: 'Kopi Susu', quantity: 2, subtotal: 50_000, options: ['Large', 'Less ice'] },
    { name: 'Donat', quantity: 1, subtotal: 10_000 },
  ],
  rewardDiscount: 8_000,
  taxes: [{ name: 'PBJT' as const, rate: 1_000, base: 55_000, amount: 5_500, isIncluded: false }],
};

const about = (order: OrderOf) => ({ aggregateId: order.orderId, aggregateVersion: 3 });
const paid = (order: OrderOf): NewEvent => ({
  ...{ ...about(order), type: 'order.paid' },
  data: { ...order, paymentId: newId(), total: TOTAL, receipt: RECEIPT },
});
const ready = (order: OrderOf): NewEvent => ({ ...about(order), type: 'order.ready', data: order });
const deliver = (event: NewEvent | AnyEvent) => messages.deliver('messages.order-mails', event);

const mailsTo = (address: string): ReceivedMail[] => server.received.filter(({ to }) => to.includes(address));
const subjectsTo = (address: string) =>
  mailsTo(address).map(({ source }) => /^Subject: (.*)$/m.exec(source)?.[1]?.trim());

async function untilHandled({ id }: AnyEvent): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await messages.pool.query(
      "SELECT FROM inbox WHERE event_id = $1 AND consumer = 'messages.order-mails'",
      [id],
    );
    expect(rowCount).toBe(1);
  });
}

/** Whatever was written down before is sent by then. */
async function untilAllIsSent(): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await messages.pool.query("SELECT FROM mail WHERE state <> 'SENT'");
    expect(rowCount).toBe(0);
  });
}

describe('the receipt of an order', () => {
  it('reaches its customer once, line by line, however often the payment is reported', async () => {
    const { customerId, email } = await makeKnown(messages);
    const order = orderOf(customerId);
    const event = await deliver(paid(order));
    await deliver(event);
    // The order reports its status again, with a higher version.
    await untilHandled(await deliver({ ...paid(order), aggregateVersion: 5 }));
    await eventually(() => expect(mailsTo(email)).toHaveLength(1));
    await untilAllIsSent();
    expect(subjectsTo(email)).toEqual(['Receipt for order A-17 from Kedai']);
    const text = (mailsTo(email)[0]?.source ?? '').replaceAll('=\r\n', '');
    for (const said of [
      'Hello Rina,',
      'Kopi Susu (Large, Less ice)',
      'Rp 50.000',
      'Rp 8.000',
      'PBJT',
      'Rp 57.500',
    ])
      expect(text).toContain(said);
    const address = /Receipt as PDF:\r?\n(\S+)/.exec(text.replaceAll('=3D', '='))?.[1] ?? '';
    const link = documentLinks(SECRET, PUBLIC_URL, 'receipt').read(address.split('token=')[1] ?? '');
    expect(address).toMatch(`${PUBLIC_URL}/receipt.pdf?token=`);
    expect(link).toMatchObject({ id: order.orderId, language: 'en' });
    expect(link?.expiresAt.getTime()).toBeGreaterThan(Date.now() + 9 * 365 * 86_400_000);
  });

  it('is in the language of the account, and names the total where the event says no more', async () => {
    const { customerId, email } = await makeKnown(messages, { language: 'id' });
    const { receipt: _, ...data } = {
      ...orderOf(customerId),
      paymentId: newId(),
      total: TOTAL,
      receipt: RECEIPT,
    };
    await deliver({ ...about(data), type: 'order.paid', data });
    await eventually(() => expect(subjectsTo(email)).toEqual(['Struk pesanan A-17 dari Kedai']));
    expect(mailsTo(email)[0]?.source).toContain('Rp 57.500');
  });
});

it('an order’s customer is written to of READY, REJECTED, CANCELLED and REFUNDED besides, and of nothing else', async () => {
  const { customerId, email } = await makeKnown(messages);
  const order = orderOf(customerId);
  const others: NewEvent[] = [
    { ...about(order), type: 'order.preparing', data: order },
    { ...about(order), type: 'order.completed', data: { ...order, total: TOTAL } },
    { ...about(order), type: 'order.awaiting-payment', data: { ...order, total: TOTAL } },
  ];
  for (const event of others) await deliver(event);
  const soldOut = [{ menuItemId: newId(), name: 'Kopi Susu', ingredientIds: [] }];
  await deliver(ready(order));
  await deliver({
    ...about(order),
    type: 'order.rejected',
    data: { ...order, reason: 'Out of stock', soldOut },
  });
  await deliver({ ...about(order), type: 'order.cancelled', data: { ...order, reason: 'Too late' } });
  await deliver({ ...about(order), type: 'order.refunded', data: { ...order, total: TOTAL } });
  await eventually(() => expect(mailsTo(email)).toHaveLength(4));
  await untilAllIsSent();
  expect(subjectsTo(email).toSorted()).toEqual([
    'Order A-17 at Kedai cannot be made',
    'Order A-17 at Kedai is cancelled',
    'Order A-17 at Kedai is ready',
    'Order A-17 at Kedai is refunded',
  ]);
  expect(
    mailsTo(email)
      .map(({ source }) => source)
      .join(),
  ).toContain('Sold out: Kopi Susu.');
});

it('an address that is not confirmed is written to without a name', async () => {
  const [confirmed, open] = [await makeKnown(messages), await makeKnown(messages, { isVerified: false })];
  for (const { customerId } of [confirmed, open]) await deliver(ready(orderOf(customerId)));
  await eventually(() => {
    expect(
      mailsTo(confirmed.email)
        .map(({ source }) => source)
        .join(),
    ).toContain('Hello Rina');
    expect(mailsTo(open.email)).toHaveLength(1);
  });
  expect(
    mailsTo(open.email)
      .map(({ source }) => source)
      .join(),
  ).not.toContain('Hello Rina');
});

describe('nobody is written to', () => {
  it('who has no account', async () => {
    await untilHandled(await deliver(ready(orderOf(null))));
    const { rowCount } = await messages.pool.query('SELECT FROM mail WHERE customer_id IS NULL');
    expect(rowCount).toBe(0);
  });

  it('of what was before the account was known here, and of what is of no use any more', async () => {
    const { customerId, email } = await makeKnown(messages);
    const early = { ...enveloped(paid(orderOf(customerId))), occurredAt: inSeconds(-60) };
    await untilHandled(await deliver(early));
    await messages.pool.query('UPDATE contact SET since = $2 WHERE customer_id = $1', [
      customerId,
      inSeconds(-86_400),
    ]);
    const stale = { ...enveloped(ready(orderOf(customerId))), occurredAt: inSeconds(-3 * 3_600) };
    await untilHandled(await deliver(stale));
    const { rowCount } = await messages.pool.query('SELECT FROM mail WHERE recipient = $1', [email]);
    expect(rowCount).toBe(0);
  });

  it('whose account is deleted: neither of an order that ends later, nor by the copy of the address', async () => {
    const { customerId, email } = await makeKnown(messages);
    const erased = await messages.deliver('messages.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () =>
      expect((await messages.pool.query('SELECT FROM inbox WHERE event_id = $1', [erased.id])).rowCount).toBe(
        1,
      ),
    );
    await makeKnown(messages, { customerId, email }, 3);
    await untilHandled(await deliver(ready(orderOf(customerId))));
    for (const table of ['mail', 'contact'])
      expect(
        (await messages.pool.query(`SELECT FROM ${table} WHERE customer_id = $1`, [customerId])).rowCount,
      ).toBe(0);
  });
});

it('an account that is not known yet is waited for', async () => {
  const customerId = newId('Customer');
  // Of after the account was made, which is reported last.
  const later = { ...enveloped(ready(orderOf(customerId))), occurredAt: inSeconds(60) };
  await deliver(later);
  const { email } = await makeKnown(messages, { customerId });
  await eventually(() => expect(subjectsTo(email)).toEqual(['Order A-17 at Kedai is ready']));
});

it('mails go to the newest address, in whatever order it became known', async () => {
  const { customerId, email } = await makeKnown(messages, { email: 'former@kedai.test' }, 1);
  await makeKnown(messages, { customerId, email: 'newest@kedai.test' }, 3);
  await makeKnown(messages, { customerId, email: 'between@kedai.test' }, 2);
  await deliver(ready(orderOf(customerId)));
  await eventually(() => expect(mailsTo('newest@kedai.test')).toHaveLength(1));
  expect(mailsTo(email)).toEqual([]);
});
