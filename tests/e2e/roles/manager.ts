/** A manager's day at one outlet: prices, goods, staff, complaints, a break, the figures, the close. */
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { FrontEnd } from '../../support/front-end.js';
import { shownMail } from '../../support/mailbox.js';
import { eventually } from '../../support/wait.js';
import {
  anOrder,
  type Connection,
  dayInJakarta,
  type GetPlace,
  type Money,
  outletNamed,
  type Place,
} from './place.js';

/** Of the outlet, from yesterday on. */
async function figuresFor({ floor }: Place, reader: FrontEnd): Promise<{ net: number; revenue: number }> {
  const { financialReport, salesReport } = await reader.execute<{
    financialReport: { net: Money; imbalance: Money };
    salesReport: { revenue: Money };
  }>(
    `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) {
       financialReport(scope: $scope, from: $from, to: $to) { net { amount } imbalance { amount } }
       salesReport(scope: $scope, from: $from, to: $to) { revenue { amount } } }`,
    { scope: { outletId: floor.outletId }, from: dayInJakarta(-1), to: dayInJakarta(1) },
  );
  expect(financialReport.imbalance).toEqual({ amount: 0 });
  return { net: financialReport.net.amount, revenue: salesReport.revenue.amount };
}

async function priceAt({ visitor, floor }: Place, outletId: string): Promise<number | undefined> {
  const { menu } = await visitor.execute<{ menu: Connection<{ id: string; price: Money }> }>(
    'query ($outletId: ID!) { menu(outletId: $outletId, category: MILK_TEA, first: 100) { nodes { id price { amount } } } }',
    { outletId },
  );
  return menu.nodes.find(({ id }) => id === floor.drinkId)?.price.amount;
}

export function managersDay(at: GetPlace): void {
  let barista: FrontEnd;

  it('sets a price of the outlet’s own, which no other outlet has', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const [here, next] = [floor.outletId, await outletNamed(at(), 'Kedai Blok M')];
    const chainPrice = await priceAt(at(), next);
    const setPrice = (price: number | null) =>
      floor.execute(budi, 'setOutletPrice', { input: { outletId: here, menuItemId: floor.drinkId, price } });
    await setPrice(27_000);
    expect(await priceAt(at(), here)).toBe(27_000);
    expect(await priceAt(at(), next)).toBe(chainPrice);
    const there = { outletId: next, menuItemId: floor.drinkId, price: 1_000 };
    expect(await floor.refusals(budi, 'setOutletPrice', { input: there })).toEqual(['FORBIDDEN']);
    await setPrice(null);
    expect(await priceAt(at(), here)).toBe(chainPrice);
  });

  it('runs a happy hour, which carts and orders take by themselves', async () => {
    const { floor } = at();
    const { budi, rina } = floor.people;
    const { outletId, drinkId: menuItemId } = floor;
    const promotionId = await floor.promotion();
    const PRICES = 'lines { discount { amount } unitPrice { amount } }';
    const tenthIsOff = [{ discount: { amount: 1_800 }, unitPrice: { amount: 18_000 } }];
    await floor.execute(rina, 'addToCart', { input: { outletId, menuItemId } });
    const inCart = async () =>
      (
        await rina.execute<{ cart: { lines: object[] } }>(
          `query ($outletId: ID!) { cart(outletId: $outletId) { ${PRICES} } }`,
          { outletId },
        )
      ).cart.lines;
    await eventually(async () => expect(await inCart()).toEqual(tenthIsOff));
    const input = { outletId, idempotencyKey: newId() };
    const { order } = await floor.execute<{ order: object }>(
      ...([rina, 'checkout', { input }, `order { ${PRICES} }`] as const),
    );
    expect(order).toEqual({ lines: tenthIsOff });
    await floor.execute(budi, 'endPromotion', { promotionId });
    await floor.execute(rina, 'addToCart', { input: { outletId, menuItemId } });
    await eventually(async () => expect(await inCart()).toMatchObject([{ discount: { amount: 0 } }]));
  });

  it('takes goods in and counts them, and the ledger says who did what', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const stockItemId = await floor.stockItem('COUNT', 10);
    const delivery = { outletId: floor.outletId, supplier: 'PT Boba', lines: [{ stockItemId, quantity: 5 }] };
    await floor.execute(budi, 'receiveDelivery', { input: { ...delivery, idempotencyKey: newId() } });
    const count = { stockItemId, countedOnHand: 14, reason: 'One was broken', idempotencyKey: newId() };
    await floor.execute(budi, 'adjustStock', { input: count });
    const { stockItem } = await budi.execute<{ stockItem: object }>(
      `query ($id: ID!) { stockItem(id: $id) { onHand movements { nodes { kind delta cause {
         ... on DeliveryCause { delivery { supplier } } ... on PersonCause { person { name } reason } } } } } }`,
      { id: stockItemId },
    );
    expect(stockItem).toMatchObject({
      onHand: 14,
      movements: {
        nodes: [
          { kind: 'COUNT', delta: -1, cause: { person: { name: 'Budi Santoso' }, reason: 'One was broken' } },
          { kind: 'DELIVERY', delta: 5, cause: { delivery: { supplier: 'PT Boba' } } },
          { kind: 'OPENING', delta: 10 },
        ],
      },
    });
  });

  it('hires a barista by mail, who works at once', async () => {
    const { floor, visitor } = at();
    const { budi } = floor.people;
    const input = { email: `${newId()}@kedai.test`, role: 'BARISTA', outletId: floor.outletId };
    const { token } = await floor.invitation(input, budi);
    await floor.execute(visitor, 'acceptInvitation', { token, name: 'Dian', password: 'kedai-demo' });
    barista = await visitor.signIn(input.email);
    const { orderId } = await floor.capturedPayment();
    await floor.execute(barista, 'startPreparing', { orderId });
    const { staff } = await budi.execute<{ staff: Connection<object> }>(
      '{ staff(role: BARISTA, first: 100) { nodes { name outlet { name } } } }',
    );
    expect(staff.nodes).toContainEqual({ name: 'Dian', outlet: { name: 'Kedai Menteng' } });
  });

  it('lets the barista go, who is shut out at once', async () => {
    const { floor } = at();
    const { me } = await barista.execute<{ me: { id: string } }>('{ me { id } }');
    const { outletId } = floor;
    const input = { customerId: me.id, role: 'BARISTA', outletId };
    await floor.execute(floor.people.budi, 'revokeRole', { input });
    await eventually(async () =>
      expect(
        await barista.codes('query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { id } }', {
          outletId,
        }),
      ).not.toEqual([]),
    );
  });

  it('hires nobody above a barista, and opens no outlet', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const manager = { email: 'friend@kedai.test', role: 'MANAGER', outletId: floor.outletId };
    expect(await floor.refusals(budi, 'inviteStaff', { input: manager })).toEqual(['FORBIDDEN']);
    expect(await floor.refusals(budi, 'grantRole', { input: manager })).toEqual(['FORBIDDEN']);
    expect(await floor.refusals(budi, 'createOutlet', { input: floor.newOutlet() })).toEqual(['FORBIDDEN']);
    expect(await floor.refusals(budi, 'createMenuItem', { input: floor.newMenuItem() })).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('gives a part back for a complaint, and sales and money agree about it', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const before = await figuresFor(at(), budi);
    const { id: paymentId, amount } = await floor.capturedPayment();
    const refund = { paymentId, amount: 4_000, reason: 'Too sweet', idempotencyKey: newId() };
    await floor.execute(budi, 'refundPayment', { input: refund });
    const tooMuch = { ...refund, amount, idempotencyKey: newId() };
    expect(await floor.refusals(budi, 'refundPayment', { input: tooMuch })).toEqual([
      'REFUND_EXCEEDS_CAPTURED',
    ]);
    await eventually(async () => {
      const { net, revenue } = await figuresFor(at(), budi);
      expect([net - before.net, revenue - before.revenue]).toEqual([amount - 4_000, amount - 4_000]);
    });
  });

  it('answers a bank that takes money back, and wins', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const { id: disputeId, paymentId } = await floor.openedDispute();
    await floor.execute(budi, 'submitDisputeEvidence', { input: { disputeId, text: 'The guest drank it.' } });
    const { dispute } = await floor.execute<{ dispute: object }>(
      budi,
      'resolveDispute',
      { input: { disputeId, outcome: 'WON' } },
      'dispute { status evidence payment { id disputed { amount } } }',
    );
    expect(dispute).toEqual({
      ...{ status: 'WON', evidence: 'The guest drank it.' },
      payment: { id: paymentId, disputed: { amount: 0 } },
    });
  });

  it('pauses the outlet, which takes no orders until it is open again', async () => {
    const { floor, visitor } = at();
    const { budi, rina } = floor.people;
    const { outletId } = floor;
    await floor.execute(budi, 'pauseOutlet', { outletId });
    expect(await floor.refusals(rina, 'placeOrder', { input: anOrder(at()) })).toEqual(['OUTLET_CLOSED']);
    await floor.execute(budi, 'openOutlet', { outletId });
    await floor.execute(rina, 'placeOrder', { input: anOrder(at()) });
    const { outlet } = await visitor.execute<{ outlet: object }>(
      'query ($id: ID!) { outlet(id: $id) { status isOpenNow } }',
      { id: outletId },
    );
    expect(outlet).toEqual({ status: 'OPEN', isOpenNow: true });
  });

  it('closes yesterday, once and for all', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const close = { outletId: floor.outletId, day: dayInJakarta(-1) };
    const closed = () =>
      floor.execute<{ dailyClose: object }>(
        budi,
        'dailyClose',
        close,
        'dailyClose { id number day madeBy { name } figures { net { amount } revenue { amount } } }',
      );
    const first = await closed();
    expect(first.dailyClose).toMatchObject({ day: close.day, madeBy: { name: 'Budi Santoso' } });
    expect(await closed()).toEqual(first);
    const dayBefore = { ...close, day: dayInJakarta(-2) };
    expect(await floor.refusals(budi, 'dailyClose', dayBefore)).toEqual(['INVALID_INPUT']);
  });

  it('has yesterday’s sales mailed by a schedule, with the figures of the report', async () => {
    const { floor, url } = at();
    const { budi } = floor.people;
    const name = `Yesterday ${newId()}`;
    const rule = 'FREQ=DAILY;BYHOUR=7;BYMINUTE=0';
    const input = { name, action: 'SALES_REPORT', rule, timeZone: 'Asia/Jakarta', missed: 'ONCE' };
    const { schedule } = await floor.execute<{ schedule: { id: string } }>(
      budi,
      'createSchedule',
      { input: { ...input, scope: { outletId: floor.outletId } } },
      'schedule { id }',
    );
    await floor.execute(budi, 'runScheduleNow', { id: schedule.id });
    const mail = await shownMail(url, ({ text }) => text.includes(name));
    expect(mail.to).toBe('budi@kedai.test');
    const [file] = mail.attachments;
    const day = /^sales-([\d-]{10})-\1\.csv$/.exec(file?.filename ?? '')?.[1];
    const { salesReport } = await budi.execute<{ salesReport: { orders: number; revenue: Money } }>(
      `query ($scope: SalesScopeInput, $day: Date!) { salesReport(scope: $scope, from: $day, to: $day) { orders revenue { amount } } }`,
      { scope: { outletId: floor.outletId }, day },
    );
    const rows =
      file?.content
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(',').map(Number)) ?? [];
    const sum = (column: number) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
    expect(salesReport).toEqual({ orders: sum(1), revenue: { amount: sum(6) } });
    const { schedules } = await budi.execute<{ schedules: Connection<{ id: string; runs: object }> }>(
      '{ schedules { nodes { id nextRunAt runs { nodes { outcome } } } } }',
    );
    expect(schedules.nodes.find(({ id }) => id === schedule.id)).toMatchObject({
      ...{ nextRunAt: expect.stringMatching(/T00:00:00.000Z$/), runs: { nodes: [{ outcome: 'SUCCEEDED' }] } },
    });
    await floor.execute(budi, 'deleteSchedule', { id: schedule.id });
  });

  it('reads in the audit trail what was done at the outlet, and nothing of others', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    await eventually(async () => {
      const { auditLog } = await budi.execute<{
        auditLog: Connection<{ actor: { name: string } | null; outlet: { id: string } | null }>;
      }>('{ auditLog(action: "refundPayment", first: 100) { nodes { actor { name } outlet { id } } } }');
      expect(auditLog.nodes[0]?.actor?.name).toBe('Budi Santoso');
      expect(new Set(auditLog.nodes.map(({ outlet }) => outlet?.id))).toEqual(new Set([floor.outletId]));
    });
    const outletId = await outletNamed(at(), 'Kedai Dago');
    const query = 'query ($scope: SalesScopeInput) { auditLog(scope: $scope) { nodes { id } } }';
    expect(await budi.codes(query, { scope: { outletId } })).toEqual(['NOT_FOUND']);
  });
}
