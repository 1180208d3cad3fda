/**
 * `payOrder`: a payment of all that is still owed of an order, or of a part of it. The payment is written first, then its provider is sent the charge, then the answer is recorded. Guests pay
 * the moment they have ordered, so an order whose event is still on its way is waited for.
 */
import { z } from 'zod';
import { ErrorCode, notFound, requestError, UserFault } from '../../../platform/errors.js';
import { type OutboxRow, outboxRow } from '../../../platform/events/outbox.js';
import { changeEvent } from '../../../platform/events/record-change.js';
import { type Identity, scopeFor, tenantsOf } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import {
  findIdempotentResult,
  type IdempotentRequest,
  idempotentRequest,
} from '../../../platform/kit/idempotency.js';
import { isStorable, parseInput, phone } from '../../../platform/kit/input.js';
import { isStaff, isVisible } from '../../../platform/kit/tenant-scope.js';
import { cashWindowSeconds, paymentMethods } from '../../../platform/outlet-settings/registry.js';
import type { Context } from '../context.js';
import { PAYMENT_METHODS, type PaymentMethod, providerOf } from '../domain/methods.js';
import { payability } from '../domain/order-status.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { findOrders } from '../store/orders.js';
import { findPayment } from '../store/payments.js';
import { beginPayment, type PaidMoney, refuseUnpayable } from './begin-payment.js';
import { amount } from './input.js';

/** A rival that stood in the way may have failed when it is looked for. */
const ATTEMPTS = 3;

const LARGEST_TIP = 1_000_000_000;

const schema = z.object({
  orderId: z.string(),
  method: z.enum(PAYMENT_METHODS),
  cardToken: z.string().min(1).max(512).refine(isStorable, 'must be text').nullish(),
  phone: phone.nullish(),
  amount: amount.nullish(),
  tendered: amount.nullish(),
  tip: z.number().int().min(0, 'must not be negative').max(LARGEST_TIP).nullish(),
  idempotencyKey: z.string(),
});

export type PayOrderInput = z.input<typeof schema>;

export async function payOrder(context: Context, given: PayOrderInput): Promise<Payment> {
  const { database, ownDatabase, charges, providers, identity, cause } = context;
  await allowStaff(context, given);
  const { idempotencyKey: key, ...input } = parseInput(schema, given);
  const callerId = identity.customerId ?? '';
  const request = idempotentRequest('payOrder', callerId, key, input);
  const { orderId, method } = input;
  const money = { amount: input.amount ?? null, tip: input.tip ?? 0, tendered: input.tendered ?? null };
  if (method !== 'CASH' && money.tendered !== null) {
    throw UserFault.of('INVALID_INPUT', 'Cash alone is tendered', ['tendered']);
  }
  const channel = { cardToken: input.cardToken ?? undefined, phone: input.phone ?? undefined };
  if (!isId(orderId)) throw notFound('Order');
  const provider = providerOf(method, providers.available);
  if (provider === null) {
    const known = await findIdempotentResult(database.prisma, request);
    if (known !== null) return resume(context, known);
    throw UserFault.of('PAYMENT_METHOD_UNAVAILABLE', `${method} cannot be paid with here`, ['method']);
  }

  const allowed = { scope: scopeFor(identity, 'payments:confirm'), reach: tenantsOf(identity) };
  await refuseUnoffered(context, orderId, method, request);
  const windowSeconds = await cashWindowSecondsOf(context, orderId, method);
  // Nearly always the order is the caller's own and waits for its payment: the first insert succeeds.
  let customerId: string | null = callerId;
  let order: OrderCopy | null = null;
  let amountKnown = money.amount;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const paymentId = newId('Payment');
    const paid = { ...money, amount: amountKnown };
    const record = order === null ? null : recordOf(context, order, { paymentId, method, ...paid });
    const begun = await beginPayment({ database: ownDatabase, cashWindowSeconds: windowSeconds }, allowed, {
      ...{ paymentId, orderId, customerId, method, provider, money: paid, channel, request, record },
    });
    if (begun !== null) return charges.begin(cause, begun, channel);

    const known = await findIdempotentResult(database.prisma, request);
    if (known !== null) return resume(context, known);

    order = await findOrder(context, orderId);
    allow(identity, order, method);
    const isHopeful = attempt === 0 && payability(order.status) === 'PAYABLE';
    // What the record of staff says of the amount is what is written.
    if (!isHopeful || order.customerId !== callerId) {
      amountKnown = await refuseUnpayable(database, order, money);
    }
    customerId = order.customerId;
  }
  throw UserFault.of('INVALID_STATE', 'Another payment of this order failed just now', ['orderId']);
}

/**
 * Where nobody has set the methods that are offered, every one is, and nothing is read. A key that has led to a payment leads to it again.
 * @throws UserFault PAYMENT_METHOD_UNAVAILABLE, NOT_FOUND
 */
async function refuseUnoffered(
  context: Context,
  orderId: string,
  method: PaymentMethod,
  request: IdempotentRequest,
): Promise<void> {
  const { settings, database } = context;
  if (!settings.isSet(paymentMethods)) return;
  const order = await findOrder(context, orderId);
  if (settings.valueOf(paymentMethods, order).includes(method)) return;
  if ((await findIdempotentResult(database.prisma, request)) !== null) return;
  throw UserFault.of('PAYMENT_METHOD_UNAVAILABLE', `This outlet does not take ${method}.`, ['method']);
}

/** How long cash of an order is waited for. Where nobody has set it, it is the same everywhere, and nothing is read. */
async function cashWindowSecondsOf(
  context: Context,
  orderId: string,
  method: PaymentMethod,
): Promise<number> {
  const { settings } = context;
  const differs = method === 'CASH' && settings.isSet(cashWindowSeconds);
  const place = differs ? await findOrder(context, orderId) : { outletId: null, franchiseId: null };
  return settings.valueOf(cashWindowSeconds, place);
}

/** For the audit trail, of a payment by another person than the order's guest. */
function recordOf(
  { identity, origin, cause }: Context,
  order: OrderCopy,
  { paymentId, method, amount, tip, tendered }: PaidMoney & { paymentId: string; method: PaymentMethod },
): OutboxRow | null {
  if (order.customerId === identity.customerId) return null;
  const event = changeEvent(
    { identity, origin },
    {
      ...{ action: 'payOrder', entity: { type: 'Payment', id: paymentId }, tenant: order, before: null },
      after: {
        ...{ orderId: order.id, method, amount, status: 'PENDING' },
        ...(tip > 0 && { tip }),
        ...(tendered !== null && { tendered }),
      },
    },
  );
  return event && outboxRow('payment', event, cause);
}

/** A payment that the same request has begun. */
async function resume({ database, charges, identity, cause }: Context, id: string): Promise<Payment> {
  const payment = await findPayment(database, scopeFor(identity, 'payments:confirm'), id);
  if (payment === null) throw notFound('Payment');
  const wantsCharge = payment.status === 'PENDING' && payment.transactionId === null;
  return wantsCharge && payment.provider !== 'CASH' ? charges.resume(cause, id) : payment;
}

/** @throws NOT_FOUND for what does not exist and what the caller may not pay alike, and as late. */
async function findOrder({ orders, identity }: Context, orderId: string): Promise<OrderCopy> {
  const order = await orders.wait(orderId, (known) => {
    if (!mayPay(identity, known)) return 'hidden';
    const state = payability(known.status);
    return state === 'NOT_YET' || (state === 'PAYABLE' && known.total === null) ? 'early' : 'ready';
  });
  if (order === null || !mayPay(identity, order)) throw notFound('Order');
  return order;
}

function mayPay(identity: Identity, order: OrderCopy): boolean {
  return isVisible(scopeFor(identity, 'payments:confirm'), order);
}

/** Before the input is checked. Guests need no check: an order of others does not exist for them. */
async function allowStaff(
  { database, identity }: Context,
  { orderId, method }: Pick<PayOrderInput, 'orderId' | 'method'>,
): Promise<void> {
  if (!isStaff(scopeFor(identity, 'payments:confirm')) || method === 'CASH' || !isId(orderId)) return;
  const order = (await findOrders(database, [orderId])).get(orderId);
  if (order !== undefined && mayPay(identity, order)) allow(identity, order, method);
}

/** @throws FORBIDDEN when staff would pay by another method than cash for a guest who placed the order themselves. */
function allow(identity: Identity, order: OrderCopy, method: PaymentMethod): void {
  if (order.customerId === identity.customerId || order.isCounter || method === 'CASH') return;
  throw requestError(
    ErrorCode.FORBIDDEN,
    'Staff can take cash for a guest; other methods are the guest’s own',
  );
}
