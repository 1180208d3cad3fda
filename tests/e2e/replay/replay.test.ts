/** `npm run replay -- --verify` beside a running system. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningEmbeddedPostgres } from '../../../platform/database/embedded.js';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { startDemoSystem } from '../../support/demo-system.js';
import { FrontEnd } from '../../support/front-end.js';
import { eventually } from '../../support/wait.js';
import type { WholeSystem } from '../../support/whole-system.js';

interface OrderView {
  readonly id: string;
  readonly status: string;
  readonly payment: { readonly id: string; readonly status: string } | null;
  readonly customer: { readonly loyalty: { readonly points: number } };
}

let folder: string;
let system: WholeSystem;
let rina: FrontEnd;
let sari: FrontEnd;
let budi: FrontEnd;
let outletId: string;
let menuItemId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-replay-'));
  system = await startDemoSystem({ RATE_LIMIT: 'off' }, folder);
  const visitor = new FrontEnd(system.url);
  [rina, sari, budi] = await Promise.all([
    visitor.signIn('rina@kedai.test'),
    visitor.signIn('sari@kedai.test'),
    visitor.signIn('budi@kedai.test'),
  ]);
  const { me } = await sari.execute<{ me: { roles: { role: string; outletId: string }[] } }>(
    '{ me { roles { role outletId } } }',
  );
  outletId = me.roles.find(({ role }) => role === 'BARISTA')?.outletId ?? '';
  const { menu } = await visitor.execute<{ menu: { nodes: { id: string; isLimited: boolean }[] } }>(
    'query ($outletId: ID!) { menu(outletId: $outletId, category: MILK_TEA) { nodes { id isLimited } } }',
    { outletId },
  );
  menuItemId = menu.nodes.find(({ isLimited }) => !isLimited)?.id ?? '';
});
afterAll(async () => {
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** @param field of the mutation's root, with what it made as `made`. @returns the id of that. */
async function mutate(by: FrontEnd, variable: string, field: string, value: unknown): Promise<string> {
  const [name = ''] = variable.split(':');
  const { result } = await by.execute<{ result: { made: { id: string } | null; userErrors: object[] } }>(
    `mutation ($${variable}) { result: ${field} { id } userErrors { code message } } }`,
    { [name]: value },
  );
  expect(result.userErrors).toEqual([]);
  return result.made?.id ?? '';
}

async function orderOf(id: string): Promise<OrderView> {
  const { order } = await rina.execute<{ order: OrderView }>(
    'query ($id: ID!) { order(id: $id) { id status payment { id status } customer { loyalty { points } } } }',
    { id },
  );
  return order;
}

async function untilStatus(id: string, status: string): Promise<OrderView> {
  return eventually(async () => {
    const order = await orderOf(id);
    expect(order.status).toBe(status);
    return order;
  });
}

async function untilPoints(id: string, isReached: (points: number) => boolean): Promise<number> {
  return eventually(async () => {
    const { points } = (await orderOf(id)).customer.loyalty;
    expect(points).toSatisfy(isReached);
    return points;
  });
}

async function placeOrder(quantity: number, redemptionIds: readonly string[] = []): Promise<string> {
  const input = { outletId, lines: [{ menuItemId, quantity }], redemptionIds, idempotencyKey: newId() };
  const id = await mutate(rina, 'input: PlaceOrderInput!', 'placeOrder(input: $input) { made: order', input);
  await untilStatus(id, 'AWAITING_PAYMENT');
  return id;
}

/** @returns the payment. */
async function completeOrder(id: string): Promise<string> {
  const input = { orderId: id, method: 'GOPAY', idempotencyKey: newId() };
  await mutate(rina, 'input: PayOrderInput!', 'payOrder(input: $input) { made: payment', input);
  const { payment } = await untilStatus(id, 'PAID');
  for (const step of ['startPreparing', 'markReady', 'completeOrder']) {
    await mutate(sari, 'orderId: ID!', `${step}(orderId: $orderId) { made: order`, id);
  }
  return payment?.id ?? '';
}

const verify = () => replay('--verify');

async function replay(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join('dist', 'deploy', 'replay.js'), ...options], {
    cwd: PROJECT_FOLDER,
    env: { PATH: process.env.PATH, DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** @param isUnchecked whether the triggers that would refuse false rows are left out. */
async function query(
  database: string,
  sql: string,
  { isUnchecked = false } = {},
): Promise<Record<string, unknown>[]> {
  const url = new URL((await runningEmbeddedPostgres(join(folder, 'postgres'))) ?? '');
  url.pathname = `/kedai_${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    if (isUnchecked) await client.query('SET session_replication_role = replica');
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a replay of the history', () => {
  let refundedOrder: string;

  it('gives the orders, payments, stock and points that there are', async () => {
    refundedOrder = await placeOrder(6);
    const paymentId = await completeOrder(refundedOrder);
    const earned = await untilPoints(refundedOrder, (points) => points > 0);
    const refund = { paymentId, amount: 20_000, reason: 'Tumpah', idempotencyKey: newId() };
    await mutate(budi, 'input: RefundPaymentInput!', 'refundPayment(input: $input) { made: refund', refund);
    await untilPoints(refundedOrder, (points) => points < earned);

    const { rewards } = await rina.execute<{ rewards: { id: string; points: number }[] }>(
      '{ rewards { id points } }',
    );
    const [cheapest] = rewards.toSorted((one, other) => one.points - other.points);
    const reward = { rewardId: cheapest?.id, idempotencyKey: newId() };
    const redeeming = 'redeemReward(input: $input) { made: redemption';
    const redemptionId = await mutate(rina, 'input: RedeemRewardInput!', redeeming, reward);
    const rewardedOrder = await placeOrder(2, [redemptionId]);
    await completeOrder(rewardedOrder);
    for (const step of ['undoStep', 'undoStep', 'undoStep', 'startPreparing', 'markReady', 'completeOrder']) {
      await mutate(sari, 'orderId: ID!', `${step}(orderId: $orderId) { made: order`, rewardedOrder);
    }
    const cancelled = await placeOrder(1);
    await mutate(rina, 'orderId: ID!', 'cancelOrder(orderId: $orderId) { made: order', cancelled);

    const { code, output } = await verify();
    expect(output).toMatch(/^orders +3 compared, 0 differ$/m);
    expect(output).toMatch(/^payments +2 compared, 0 differ$/m);
    expect(output).toMatch(/^stock items +[\d,]+ compared, 0 differ$/m);
    expect(output).toMatch(/^reservations +3 compared, 0 differ$/m);
    expect(output).toMatch(/^points +[\d,]+ compared, 0 differ$/m);
    expect(code).toBe(0);
  });

  it('gives the same from the log as from the outbox', async () => {
    await query('order', "UPDATE outbox SET enqueued_at = now() - interval '4 days'");
    await eventually(async () =>
      expect(await query('order', 'SELECT FROM outbox WHERE enqueued_at IS NOT NULL')).toEqual([]),
    );
    expect(await query('order', 'SELECT DISTINCT type FROM event_log')).toContainEqual({
      type: 'order.completed',
    });
    const { code, output } = await verify();
    expect(output).toMatch(/^orders +3 compared, 0 differ$/m);
    expect(code).toBe(0);
  });

  it('gives sales figures that take the place of the old ones', async () => {
    await query('order', 'UPDATE sales_day SET revenue = revenue + 1');
    const dryRun = await replay('--rebuild', 'sales', '--dry-run');
    expect(dryRun.output).toMatch(/^sales_day +1 rows, 1 differ from the old ones$/m);
    expect(dryRun.code).toBe(1);
    const rebuilt = await replay('--rebuild', 'sales');
    expect(rebuilt.output).toMatch(/^sales_day_item +1 rows, 0 differ from the old ones$/m);
    expect(rebuilt.output).toContain('The new one serves.');
    expect(rebuilt.code).toBe(0);
    expect((await replay('--rebuild', 'sales', '--dry-run')).code).toBe(0);
    await completeOrder(await placeOrder(1));
    expect((await replay('--rebuild', 'sales', '--dry-run')).output).toMatch(/^sales_day +1 rows, 0 differ/m);
  });

  it('names what differs from its history', async () => {
    const falsify = async (by: string) => {
      const isUnchecked = true;
      const order = `UPDATE orders SET total = total ${by} WHERE id = '${refundedOrder}'`;
      await query('order', order, { isUnchecked });
      await query('customer', `UPDATE loyalty_account SET points = points ${by}`, { isUnchecked });
    };
    await falsify('+ 1');
    const { code, output } = await verify();
    expect(output).toMatch(new RegExp(`^orders +4 compared, 1 differ\\n  ${refundedOrder}$`, 'm'));
    expect(output).toMatch(/^points +[\d,]+ compared, 1 differ\n {2}[\da-f-]{36}$/m);
    expect(code).toBe(1);
    await falsify('- 1');
  });

  it('names an event that is missing', async () => {
    await expect(query('order', 'DELETE FROM event_log')).rejects.toThrow('the event log is never changed');
    await query('payment', "DELETE FROM outbox WHERE type = 'payment.refunded'");
    const { code, output } = await verify();
    expect(output).toMatch(/^payments +3 compared, 1 differ$/m);
    expect(code).toBe(1);
  });
});
