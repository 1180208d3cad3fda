/** The steps of a sale at the counter: the order once, then payments until its total is met. Each has an idempotency key of its own. */
import type { CombinedError } from 'urql';
import { client } from '../../shared/client/client.js';
import type { Basket } from './basket.js';
import {
  ConfirmCash,
  GiveUpPayment,
  type PaymentMethod,
  PaymentOfGuest,
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
  readonly memberPhone: string;
}

/** Not `randomUUID`: a tablet on plain http in the shop's network has none. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

export async function placeOrder(
  outletId: string,
  basket: Basket,
  { name, table, memberPhone }: CounterGuest,
  idempotencyKey: string,
): Promise<Outcome<Placed>> {
  const called = name.trim() === '' && table.trim() === '' && memberPhone.trim() === '';
  const guest = {
    name: called ? counterText.guest : name.trim() || null,
    table: table.trim() || null,
    memberPhone: memberPhone.trim() || null,
  };
  const input: PlaceOrderInput = {
    ...{ outletId, guest, idempotencyKey },
    lines: basket.map(({ item, quantity, optionIds }) => ({
      menuItemId: item.id,
      quantity,
      optionIds: [...optionIds],
    })),
  };
  const { data, error } = await client.mutation(PlaceCounterOrder, { input }).toPromise();
  return outcomeOf(data?.placeOrder?.order, data?.placeOrder?.userErrors, error);
}

/** @param tendered cash that the guest gives; confirmed at once, as it lies on the counter. */
export async function takePayment(
  orderId: string,
  method: PaymentMethod,
  amount: number,
  tendered: number | undefined,
  idempotencyKey: string,
): Promise<Outcome<TakenFragment>> {
  const input = { orderId, method, amount, idempotencyKey, ...(tendered === undefined ? {} : { tendered }) };
  const { data, error } = await client.mutation(TakePayment, { input }).toPromise();
  const begun = outcomeOf(data?.payOrder?.payment, data?.payOrder?.userErrors, error);
  if ('failure' in begun || method !== 'CASH' || begun.done.status !== 'PENDING') return begun;
  const confirmed = await client.mutation(ConfirmCash, { paymentId: begun.done.id }).toPromise();
  const { payment, userErrors } = confirmed.data?.confirmCashPayment ?? {};
  return outcomeOf(payment, userErrors, confirmed.error);
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
