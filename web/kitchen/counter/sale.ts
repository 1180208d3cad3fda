/** The steps of a sale at the counter: the order once, then payments until its total is met. Each has an idempotency key of its own. */
import type { CombinedError } from 'urql';
import { client } from '../../shared/client/client.js';
import { type Basket, requestedLines } from './basket.js';
import {
  CancelSale,
  ConfirmCash,
  GiveUpPayment,
  type PaymentMethod,
  PaymentOfGuest,
  type PayOrderInput,
  PlaceCounterOrder,
  type PlaceOrderInput,
  type TakenFragment,
  TakePayment,
} from './operations.js';
import { counterText } from './text.js';

export interface Placed {
  readonly id: string;
  readonly number: string;
  readonly total: { readonly amount: number };
}

/** What was done, or why not. */
export type Outcome<Done> = { readonly done: Done } | { readonly failure: string };

export interface CounterGuest {
  readonly name: string;
  readonly table: string;
  /** A phone number, or the code that the member shows. */
  readonly member: string;
}

export async function placeOrder(
  outletId: string,
  basket: Basket,
  { name, table, member }: CounterGuest,
  idempotencyKey: string,
): Promise<Outcome<Placed>> {
  const called = name.trim() === '' && table.trim() === '' && member.trim() === '';
  const guest = {
    name: called ? counterText.guest : name.trim() || null,
    table: table.trim() || null,
    ...memberOf(member),
  };
  const input: PlaceOrderInput = {
    ...{ outletId, guest, idempotencyKey },
    lines: requestedLines(basket),
  };
  const { data, error } = await client.mutation(PlaceCounterOrder, { input }).toPromise();
  return outcomeOf(data?.placeOrder?.order, data?.placeOrder?.userErrors, error);
}

/** Eight digits of which the first is not 0 are a code: no phone number that people write is. */
function memberOf(given: string) {
  const digits = given.replaceAll(/\s/g, '');
  if (/^[1-9]\d{7}$/.test(digits)) return { memberCode: digits };
  return { memberPhone: given.trim() || null };
}

const PATIENCE_MILLISECONDS = 20_000;
const ASK_AGAIN_MILLISECONDS = 500;

/**
 * An order that was just placed may wait for its stock a moment longer than the server does for it: it is asked for again with the same
 * key, unless the order is `isOver`.
 *
 * @param tendered cash that the guest gives; confirmed at once, as it lies on the counter. */
export async function takePayment(
  orderId: string,
  method: PaymentMethod,
  amount: number,
  tendered: number | undefined,
  idempotencyKey: string,
  isOver: () => boolean,
): Promise<Outcome<TakenFragment>> {
  const input = { orderId, method, amount, idempotencyKey, ...(tendered === undefined ? {} : { tendered }) };
  const until = Date.now() + PATIENCE_MILLISECONDS;
  let answer = await takeOnce(input);
  while (isTooEarly(answer) && !isOver() && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MILLISECONDS));
    answer = await takeOnce(input);
  }
  const { data, error } = answer;
  const begun = outcomeOf(data?.payOrder?.payment, data?.payOrder?.userErrors, error);
  if ('failure' in begun || method !== 'CASH' || begun.done.status !== 'PENDING') return begun;
  const confirmed = await client.mutation(ConfirmCash, { paymentId: begun.done.id }).toPromise();
  const { payment, userErrors } = confirmed.data?.confirmCashPayment ?? {};
  return outcomeOf(payment, userErrors, confirmed.error);
}

function takeOnce(input: PayOrderInput) {
  return client.mutation(TakePayment, { input }).toPromise();
}

function isTooEarly({ data, error }: Awaited<ReturnType<typeof takeOnce>>): boolean {
  const code = data?.payOrder?.userErrors[0]?.code ?? error?.graphQLErrors[0]?.extensions.code;
  return code === 'ORDER_NOT_PAYABLE' || code === 'NOT_FOUND';
}

/** Of an order that nobody has paid for. */
export async function cancelSale(orderId: string): Promise<Outcome<unknown>> {
  const variables = { orderId, reason: counterText.changedMind };
  const { data, error } = await client.mutation(CancelSale, variables).toPromise();
  return outcomeOf(data?.cancelOrder?.order, data?.cancelOrder?.userErrors, error);
}

/** Calls for each status of a payment until it is over. Returns how to stop. */
export function followPayment(
  orderId: string,
  paymentId: string,
  call: (payment: TakenFragment) => void,
): () => void {
  const { unsubscribe } = client.subscription(PaymentOfGuest, { orderId }).subscribe(({ data }) => {
    const payment = data?.paymentStatusChanged.payment;
    if (payment?.id === paymentId) call(payment);
  });
  return unsubscribe;
}

export async function giveUp(paymentId: string): Promise<Outcome<TakenFragment>> {
  const { data, error } = await client.mutation(GiveUpPayment, { paymentId }).toPromise();
  return outcomeOf(data?.cancelPayment?.payment, data?.cancelPayment?.userErrors, error);
}

export function outcomeOf<Done>(
  done: Done | null | undefined,
  userErrors: readonly { readonly message: string }[] | undefined,
  error: CombinedError | undefined,
): Outcome<Done> {
  const refusal = userErrors?.[0]?.message ?? error?.graphQLErrors[0]?.message;
  if (refusal === undefined && done != null) return { done };
  return { failure: refusal ?? counterText.notSent };
}
