/** A shift at the counter: a till, guests without accounts, split bills, members, receipts, and the count at the end. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../support/wait.js';
import { anOrder, type GetPlace, type Money, type Place } from './place.js';

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly change: Money | null;
}

/** Sari takes the order of a guest. */
async function orderFor(place: Place, guest: object, quantity = 1): Promise<{ id: string; total: number }> {
  const { floor } = place;
  const { order } = await floor.execute<{ order: { id: string; total: Money } }>(
    floor.people.sari,
    'placeOrder',
    { input: { ...anOrder(place, quantity), guest } },
    'order { id total { amount } }',
  );
  await floor.untilOrderIs(order.id, 'AWAITING_PAYMENT', floor.people.sari);
  return { id: order.id, total: order.total.amount };
}

async function pay({ floor }: Place, input: object): Promise<Payment> {
  const { payment } = await floor.execute<{ payment: Payment }>(
    floor.people.sari,
    'payOrder',
    { input: { ...input, idempotencyKey: newId() } },
    'payment { id status change { amount } }',
  );
  return payment;
}

export function counterDay(at: GetPlace): void {
  const FLOAT = 200_000;
  const drawer = newId();
  let tillId = '';
  let cashTaken = 0;

  it('opens the till with its float', async () => {
    const { floor } = at();
    const { till } = await floor.execute<{ till: { id: string; expectedCash: Money } }>(
      floor.people.sari,
      'openTill',
      { input: { outletId: floor.outletId, float: FLOAT, drawer } },
      'till { id expectedCash { amount } }',
    );
    tillId = till.id;
    expect(till.expectedCash).toEqual({ amount: FLOAT });
  });

  it('serves a guest without an account at a table, who pays in cash and gets change', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const order = await orderFor(at(), { name: 'Pak Joko', table: '7' });
    const tooLittle = { orderId: order.id, method: 'CASH', tendered: 1, idempotencyKey: newId() };
    expect(await floor.refusals(sari, 'payOrder', { input: tooLittle })).toEqual(['TENDERED_TOO_LITTLE']);
    const payment = await pay(at(), { orderId: order.id, method: 'CASH', tendered: order.total + 5_000 });
    expect(payment).toMatchObject({ status: 'PENDING', change: { amount: 5_000 } });
    await floor.execute(sari, 'confirmCashPayment', { paymentId: payment.id });
    cashTaken += order.total;
    await floor.untilOrderIs(order.id, 'PAID', sari);
    const { order: paid } = await sari.execute<{ order: object }>(
      'query ($id: ID!) { order(id: $id) { customer { id } guest { name table } payment { status till { id } } } }',
      { id: order.id },
    );
    expect(paid).toEqual({
      customer: null,
      guest: { name: 'Pak Joko', table: '7' },
      payment: { status: 'PAID', till: { id: tillId } },
    });
  });

  it('hands back from the drawer what the manager refunds', async () => {
    const { floor } = at();
    const { sari, budi } = floor.people;
    const order = await orderFor(at(), { table: '8' });
    const { id: paymentId } = await pay(at(), { orderId: order.id, method: 'CASH' });
    await floor.execute(sari, 'confirmCashPayment', { paymentId });
    const refund = { paymentId, amount: 3_000, reason: 'No ice', idempotencyKey: newId() };
    await floor.execute(budi, 'refundPayment', { input: refund });
    cashTaken += order.total - 3_000;
    const { till } = await sari.execute<{ till: { expectedCash: Money } }>(
      'query ($id: ID!) { till(id: $id) { expectedCash { amount } } }',
      { id: tillId },
    );
    expect(till.expectedCash.amount).toBe(FLOAT + cashTaken);
  });

  it('splits a bill between cash and QRIS, with a tip', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const { id: orderId, total } = await orderFor(at(), { name: 'Bu Tini' }, 2);
    const amount = 10_000;
    const tooMuch = { orderId, method: 'QRIS', amount: total + 1, idempotencyKey: newId() };
    expect(await floor.refusals(sari, 'payOrder', { input: tooMuch })).toEqual(['AMOUNT_EXCEEDS_OWED']);
    const cash = await pay(at(), { orderId, method: 'CASH', amount, tip: 2_000 });
    await floor.execute(sari, 'confirmCashPayment', { paymentId: cash.id, tendered: 20_000 });
    cashTaken += amount + 2_000;
    await pay(at(), { orderId, method: 'QRIS' });
    await floor.untilOrderIs(orderId, 'PAID', sari);
    const { order } = await sari.execute<{ order: object }>(
      'query ($id: ID!) { order(id: $id) { payments { method amount { amount } tip { amount } } } }',
      { id: orderId },
    );
    expect(order).toEqual({
      payments: [
        { method: 'CASH', amount: { amount }, tip: { amount: 2_000 } },
        { method: 'QRIS', amount: { amount: total - amount }, tip: { amount: 0 } },
      ],
    });
  });

  it('changes the method while nothing is paid', async () => {
    const { floor } = at();
    const order = await orderFor(at(), { table: '3' });
    const { id: paymentId } = await pay(at(), { orderId: order.id, method: 'CASH' });
    await floor.execute(floor.people.sari, 'cancelPayment', { paymentId });
    await pay(at(), { orderId: order.id, method: 'GOPAY' });
    await floor.untilOrderIs(order.id, 'PAID', floor.people.sari);
  });

  it('finds a member by phone, who then sees the order among her own', async () => {
    const { floor } = at();
    const { sari, rina } = floor.people;
    const nobody = { input: { ...anOrder(at()), guest: { memberPhone: '+628999999999' } } };
    expect(await floor.refusals(sari, 'placeOrder', nobody)).toEqual(['NOT_FOUND']);
    const order = await orderFor(at(), { memberPhone: '+6281200000000' });
    const { me } = await rina.execute<{ me: { orders: { nodes: object[] } } }>(
      '{ me { orders(first: 1) { nodes { id customer { name } } } } }',
    );
    expect(me.orders.nodes).toEqual([{ id: order.id, customer: { name: 'Rina Wulandari' } }]);
    await pay(at(), { orderId: order.id, method: 'CARD' });
    await floor.untilOrderIs(order.id, 'PAID', sari);
  });

  it('prints the receipt, whose taxes are in the prices', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const { id: orderId, total } = await orderFor(at(), { name: 'Mbak Sri' });
    const receiptOf = `query ($orderId: ID!) { receipt(orderId: $orderId) {
      number total { amount } taxes { name isIncluded base { amount } amount { amount } } html(language: EN) } }`;
    expect(await sari.codes(receiptOf, { orderId })).toEqual(['NOT_FOUND']);
    await pay(at(), { orderId, method: 'GOPAY' });
    const { receipt } = await eventually(() =>
      sari.execute<{
        receipt: {
          number: number;
          total: Money;
          taxes: { name: string; isIncluded: boolean; base: Money; amount: Money }[];
          html: string;
        };
      }>(receiptOf, { orderId }),
    );
    expect(receipt.total.amount).toBe(total);
    expect(receipt.taxes).toMatchObject([{ name: 'PBJT', isIncluded: true }]);
    expect(receipt.taxes.reduce((sum, { base, amount }) => sum + base.amount + amount.amount, 0)).toBe(total);
    expect(receipt.html).toContain(String(receipt.number));
  });

  it('takes money to the bank, counts the drawer, and cannot change the count afterwards', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const toBank = {
      tillId,
      kind: 'CASH_OUT',
      amount: 50_000,
      reason: 'To the bank',
      idempotencyKey: newId(),
    };
    await floor.execute(sari, 'recordCash', { input: toBank });
    const expected = FLOAT + cashTaken - 50_000;
    const close = (amount: number) => ({ input: { tillId, counted: [{ method: 'CASH', amount }] } });
    const { till } = await floor.execute<{ till: { counts: object[] } }>(
      sari,
      'closeTill',
      close(expected - 500),
      'till { counts { method expected { amount } difference { amount } } }',
    );
    expect(till.counts).toContainEqual({
      method: 'CASH',
      expected: { amount: expected },
      difference: { amount: -500 },
    });
    expect(await floor.refusals(sari, 'closeTill', close(expected))).toEqual(['INVALID_STATE']);
    const late = { ...toBank, idempotencyKey: newId() };
    expect(await floor.refusals(sari, 'recordCash', { input: late })).toEqual(['INVALID_STATE']);
  });

  it('gives nothing back and closes no day: that is the manager’s', async () => {
    const { floor } = at();
    const { sari } = floor.people;
    const { id: paymentId } = await floor.capturedPayment();
    const input = { paymentId, amount: 1_000, reason: 'Spilt', idempotencyKey: newId() };
    expect(await floor.refusals(sari, 'refundPayment', { input })).toEqual(['FORBIDDEN']);
    const day = { outletId: floor.outletId, day: '2026-01-01' };
    expect(await floor.refusals(sari, 'dailyClose', day)).toEqual(['FORBIDDEN']);
  });
}
