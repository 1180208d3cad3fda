/** For tests: the operations of the payment subgraph as clients send them, and their answers read. */
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../../tests/support/wait.js';
import { type Answer, customer, type PaymentHarness, staff, type TestOrder } from './harness.js';

const PAYMENT = `id status method provider transactionId failureReason paidAt
  amount { amount currency } tip { amount } total { amount } surplus { amount } tendered { amount } change { amount } refunded { amount } disputed { amount } action { redirectUrl qrCode }
  refunds { id status reason origin amount { amount } } order { id }`;
const ERRORS = 'userErrors { code field message }';

const payment = z
  .object({
    id: z.string(),
    status: z.string(),
    transactionId: z.string().nullable(),
    refunded: z.object({ amount: z.number() }),
    refunds: z.array(
      z.looseObject({ id: z.string(), status: z.string(), amount: z.object({ amount: z.number() }) }),
    ),
  })
  .loose();

const payloads = z.record(
  z.string(),
  z.object({
    payment: payment.nullable(),
    refund: z.looseObject({ id: z.string(), status: z.string() }).nullish(),
    userErrors: z.array(
      z.object({ code: z.string(), field: z.array(z.string()).nullable(), message: z.string() }),
    ),
  }),
);

export type PaymentSeen = z.infer<typeof payment>;

/** The payload of an answer to one mutation. */
export function payload(answer: Answer) {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const [only] = Object.values(payloads.parse(answer.data));
  if (only === undefined) throw new Error('No payload');
  return only;
}

export function errorCodes({ errors }: Answer): unknown[] {
  return (errors ?? []).map(({ extensions }) => extensions.code);
}

export function payOrder(
  harness: PaymentHarness,
  identity: Identity,
  input: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($input: PayOrderInput!) { payOrder(input: $input) { payment { ${PAYMENT} } ${ERRORS} } }`,
    { input: { idempotencyKey: newId(), ...input } },
  );
}

export function confirmCash(
  harness: PaymentHarness,
  identity: Identity,
  paymentId: string,
  tendered?: number,
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($paymentId: ID!, $tendered: SafeInt) {
       confirmCashPayment(paymentId: $paymentId, tendered: $tendered) { payment { ${PAYMENT} } ${ERRORS} }
     }`,
    { paymentId, tendered },
  );
}

export function cancelPayment(
  harness: PaymentHarness,
  identity: Identity,
  paymentId: string,
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($paymentId: ID!) { cancelPayment(paymentId: $paymentId) { payment { ${PAYMENT} } ${ERRORS} } }`,
    { paymentId },
  );
}

export function refundPayment(
  harness: PaymentHarness,
  identity: Identity,
  input: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($input: RefundPaymentInput!) {
       refundPayment(input: $input) { payment { ${PAYMENT} } refund { id status } ${ERRORS} }
     }`,
    { input: { idempotencyKey: newId(), reason: 'Spilled', ...input } },
  );
}

const DISPUTE = 'id status reason evidence openedAt evidenceSubmittedAt closedAt amount { amount }';

const dispute = z.looseObject({
  id: z.string(),
  status: z.string(),
  amount: z.object({ amount: z.number() }),
});

const disputePayloads = z.record(
  z.string(),
  z.object({
    dispute: dispute.nullable(),
    userErrors: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  }),
);

/** The payload of an answer to one of the mutations of disputes. */
export function disputePayload(answer: Answer) {
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const [only] = Object.values(disputePayloads.parse(answer.data));
  if (only === undefined) throw new Error('No payload');
  return only;
}

export function openDispute(
  harness: PaymentHarness,
  identity: Identity,
  input: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($input: OpenDisputeInput!) { openDispute(input: $input) { dispute { ${DISPUTE} } ${ERRORS} } }`,
    { input: { idempotencyKey: newId(), reason: 'Never received', ...input } },
  );
}

export function submitDisputeEvidence(
  harness: PaymentHarness,
  identity: Identity,
  input: { readonly disputeId: unknown; readonly text: string },
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($input: SubmitDisputeEvidenceInput!) {
       submitDisputeEvidence(input: $input) { dispute { ${DISPUTE} } ${ERRORS} }
     }`,
    { input },
  );
}

export function resolveDispute(
  harness: PaymentHarness,
  identity: Identity,
  input: { readonly disputeId: unknown; readonly outcome: 'WON' | 'LOST' },
): Promise<Answer> {
  return harness.run(
    identity,
    `mutation ($input: ResolveDisputeInput!) { resolveDispute(input: $input) { dispute { ${DISPUTE} } ${ERRORS} } }`,
    { input },
  );
}

/** What `Order.payment` shows to whom. */
export async function orderPayment(
  harness: PaymentHarness,
  identity: Identity,
  orderId: string,
): Promise<PaymentSeen | null> {
  const answer = await harness.run(
    identity,
    `query ($orders: [_Any!]!) { _entities(representations: $orders) { ... on Order { payment { ${PAYMENT} } } } }`,
    { orders: [{ __typename: 'Order', id: orderId }] },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const [order] = z
    .object({ _entities: z.array(z.object({ payment: payment.nullable() })) })
    .parse(answer.data)._entities;
  return order?.payment ?? null;
}

/** What `Order.payments` shows to whom. */
export async function orderPayments(
  harness: PaymentHarness,
  identity: Identity,
  orderId: string,
): Promise<PaymentSeen[]> {
  const answer = await harness.run(
    identity,
    `query ($orders: [_Any!]!) { _entities(representations: $orders) { ... on Order { payments { ${PAYMENT} } } } }`,
    { orders: [{ __typename: 'Order', id: orderId }] },
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  const entities = z.object({ _entities: z.array(z.object({ payments: z.array(payment) })) });
  return entities.parse(answer.data)._entities.flatMap(({ payments }) => payments);
}

export function managerOf({ outletId }: TestOrder) {
  return staff('MANAGER', { outletId });
}

/** The payment of an order as its customer sees it. */
export async function paymentOfOrder(harness: PaymentHarness, order: TestOrder): Promise<PaymentSeen> {
  const payment = await orderPayment(harness, customer(order.customerId), order.orderId);
  if (!payment) throw new Error('The order has no payment');
  return payment;
}

export async function capturedPayment(
  harness: PaymentHarness,
  method = 'QRIS',
  settings: Partial<TestOrder> = {},
): Promise<{ order: TestOrder; paymentId: string }> {
  const order = await harness.awaitingPayment(settings);
  const { orderId, customerId } = order;
  const { payment } = payload(await payOrder(harness, customer(customerId), { orderId, method }));
  if (!payment) throw new Error('No payment was begun');
  if (method === 'CASH') await confirmCash(harness, managerOf(order), payment.id);
  await eventually(async () => {
    if ((await paymentOfOrder(harness, order)).status !== 'PAID') throw new Error('It is not paid yet');
  });
  return { order, paymentId: payment.id };
}
