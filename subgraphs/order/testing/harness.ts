/** Runs the order subgraph of the demo chain for a test, with the people and the events that advance its orders. */
import type { ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import type { NewEvent } from '../../../platform/events/envelope.js';
import type { CapturedMoney, EventData } from '../../../platform/events/event-types.js';
import type { Identity, RoleGrant } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedOrder } from '../../../prisma/seed/order.js';
import { startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startOrder } from '../index.js';

const [outlet, elsewhere] = [
  CATALOGUE.outlets[0],
  CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== CATALOGUE.outlets[0]?.franchiseId),
];
const drink = CATALOGUE.menuItems.find(({ isLimited, season }) => !isLimited && season === null);
const limited = CATALOGUE.menuItems.find(({ isLimited }) => isLimited);
if (!outlet || !elsewhere || !drink || !limited) throw new Error('The demo chain has outlets and a menu.');

/** Two outlets of different franchises, a drink with options, and the limited item. */
export const OUTLET = outlet;
export const ELSEWHERE = elsewhere;
/** An id of nothing, too old to be waited for. */
export const UNKNOWN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
export const DRINK = drink;
export const LIMITED = limited;

export const GUEST = person();
export const STRANGER = person();
export const BARISTA = person({ role: 'BARISTA', outletId: OUTLET.id, franchiseId: null });
export const MANAGER = person({ role: 'MANAGER', outletId: OUTLET.id, franchiseId: null });
export const OWNER = person({ role: 'OWNER', outletId: null, franchiseId: OUTLET.franchiseId });
export const HQ = person({ role: 'HQ', outletId: null, franchiseId: null });
export const MANAGER_ELSEWHERE = person({ role: 'MANAGER', outletId: ELSEWHERE.id, franchiseId: null });

export function person(...grants: RoleGrant[]): Identity & { readonly customerId: string } {
  return {
    customerId: newId(),
    roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...grants],
  };
}

export const PLACE = `mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id number status total { amount } } userErrors { code field message } } }`;

export interface OrderHarness extends TestSubgraph {
  /** Places an order that must be accepted. */
  place(identity: Identity, input?: object): Promise<string>;
  status(orderId: string): Promise<string>;
  /** Waits until the order has the status. */
  reaches(orderId: string, status: string): Promise<void>;
  stockReserved(orderId: string): Promise<void>;
  /** @returns the payment's id. */
  captured(orderId: string, paymentId?: string, money?: Partial<CapturedMoney>): Promise<string>;
  /** A part of its total, which leaves some of it owed. */
  partCaptured(orderId: string, paymentId: string, money?: Partial<CapturedMoney>): Promise<void>;
  /** Delivers a refund: all of the payment, unless `refund` says otherwise. */
  refunded(orderId: string, paymentId: string, refund?: Refund): Promise<void>;
  /** Delivers the loss of a dispute: nothing of the payment was refunded, unless `loss` says otherwise. */
  disputeLost(orderId: string, paymentId: string, loss: Loss): Promise<void>;
  /** Places, reserves and pays. */
  paid(identity: Identity, input?: object): Promise<{ orderId: string; paymentId: string }>;
  /** The types of the events published for an order, in the order of their versions. */
  publishedTypes(orderId: string): Promise<string[]>;
}

type Refund = Partial<EventData['payment.refunded']>;
type DisputeLoss = NonNullable<EventData['payment.dispute-closed']['loss']>;
type Loss = Pick<DisputeLoss, 'lostTotal' | 'capturedTotal'> & Partial<DisputeLoss>;

export async function startHarness(settings: NodeJS.ProcessEnv = {}): Promise<OrderHarness> {
  const unit = await startTestSubgraph('order', startOrder, { seed: seedOrder, settings });
  const { pool } = unit;
  const consume = (event: NewEvent) => unit.deliver('order.saga', event);

  async function place(identity: Identity, input: object = {}): Promise<string> {
    return textAt(await placing(unit, identity, input), 'placeOrder', 'order', 'id');
  }

  async function status(orderId: string): Promise<string> {
    const { rows } = await pool.query<{ status: string }>('SELECT status FROM orders WHERE id = $1', [
      orderId,
    ]);
    return rows[0]?.status ?? 'none';
  }

  async function reaches(orderId: string, expected: string): Promise<void> {
    await eventually(async () => {
      const present = await status(orderId);
      if (present !== expected) throw new Error(`Order is ${present}, not ${expected}`);
    });
  }

  async function stockReserved(orderId: string): Promise<void> {
    const data = { orderId, outletId: OUTLET.id };
    await consume({ type: 'stock.reserved', aggregateId: orderId, aggregateVersion: 1, data });
  }

  const captureOf = (orderId: string, paymentId: string, money: Partial<CapturedMoney>) => ({
    ...{ aggregateId: paymentId, aggregateVersion: 2 },
    data: {
      ...paymentRef(orderId, paymentId),
      ...{ amount: 1, method: 'GOPAY', paidAt: new Date().toISOString(), ...money },
    },
  });

  async function captured(
    orderId: string,
    paymentId = newId(),
    money: Partial<CapturedMoney> = {},
  ): Promise<string> {
    await consume({ type: 'payment.captured', ...captureOf(orderId, paymentId, money) });
    return paymentId;
  }

  async function partCaptured(
    orderId: string,
    paymentId: string,
    money: Partial<CapturedMoney> = {},
  ): Promise<void> {
    await consume({ type: 'payment.part-captured', ...captureOf(orderId, paymentId, money) });
  }

  async function refunded(orderId: string, paymentId: string, refund: Refund = {}): Promise<void> {
    const totals = { amount: 1, refundedTotal: 1, capturedTotal: 1, isFull: true, ...refund };
    const refundedAt = refund.refundedAt ?? new Date().toISOString();
    const data = { ...paymentRef(orderId, paymentId), refundId: newId(), ...totals, refundedAt };
    await consume({ type: 'payment.refunded', aggregateId: paymentId, aggregateVersion: 3, data });
  }

  async function disputeLost(orderId: string, paymentId: string, loss: Loss): Promise<void> {
    const totals = { refundedTotal: 0, lostAt: new Date().toISOString(), ...loss };
    const dispute = { disputeId: newId(), amount: loss.lostTotal, outcome: 'LOST' as const };
    const data = { ...paymentRef(orderId, paymentId), ...dispute, loss: totals };
    await consume({ type: 'payment.dispute-closed', aggregateId: paymentId, aggregateVersion: 4, data });
  }

  return {
    ...unit,
    place,
    status,
    reaches,
    stockReserved,
    captured,
    partCaptured,
    refunded,
    disputeLost,
    async paid(identity, input) {
      const orderId = await place(identity, input);
      await stockReserved(orderId);
      await reaches(orderId, 'AWAITING_PAYMENT');
      const paymentId = await captured(orderId);
      await reaches(orderId, 'PAID');
      return { orderId, paymentId };
    },
    async publishedTypes(orderId) {
      const { rows } = await pool.query<{ type: string }>(
        'SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version',
        [orderId],
      );
      return rows.map(({ type }) => type);
    },
  };
}

/** Places an order for one drink, unless the input says otherwise. */
export function placing(
  unit: TestSubgraph,
  identity: Identity,
  input: object = {},
): Promise<ExecutionResult> {
  const lines = [{ menuItemId: DRINK.id, quantity: 1 }];
  return unit.run(identity, PLACE, {
    input: { outletId: OUTLET.id, lines, idempotencyKey: newId(), ...input },
  });
}

function paymentRef(orderId: string, paymentId: string) {
  return { orderId, paymentId, customerId: newId(), outletId: OUTLET.id, franchiseId: OUTLET.franchiseId };
}

/** The answer to a refused order. */
export function refusal(code: string, field: readonly string[]): object {
  const userErrors = [{ code, field, message: expect.any(String) }];
  return { data: { placeOrder: { order: null, userErrors } } };
}

/** Delivers stock's hint of how much of the limited item is available at the outlet. */
export async function soldOut(unit: TestSubgraph, version: number, available = 0): Promise<void> {
  const [line] = LIMITED.recipe;
  const item = CATALOGUE.stockItems.find(
    ({ outletId, ingredientId }) => outletId === OUTLET.id && ingredientId === line?.ingredientId,
  );
  if (line === undefined || item === undefined) throw new Error('The limited item is in stock.');
  await unit.deliver('order.sold-out-hint', {
    type: 'stock.limited-availability-changed',
    aggregateId: item.id,
    aggregateVersion: version,
    data: { outletId: OUTLET.id, ingredientId: line.ingredientId, available },
  });
}
