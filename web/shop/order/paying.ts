/** Begins a payment once: a press that got no answer is repeated with the same idempotency key, one that was answered with a new one. */
import { client } from '../../shared/client/client.js';
import { randomId } from '../../shared/client/random-id.js';
import {
  type GuestPaymentFragment,
  PayOrder,
  type PayOrderMutationVariables,
  type ShopUserErrorFragment,
} from '../operations.js';
import { Stored } from '../stored.js';

export type Method = PayOrderMutationVariables['input']['method'];

interface Attempt {
  readonly orderId: string;
  readonly method: Method;
  readonly phone: string | undefined;
  readonly key: string;
}

export interface PaymentAnswer {
  readonly payment: GuestPaymentFragment | undefined;
  readonly errors: readonly ShopUserErrorFragment[];
  /** No answer came; whether the payment was begun is not known. */
  readonly isUnreachable: boolean;
}

const MOST_ATTEMPTS = 20;
const attempts = new Stored<readonly Attempt[]>('payment-attempts', [], isAttempts);

/** @param phone of an OVO account. */
export async function pay(orderId: string, method: Method, phone?: string): Promise<PaymentAnswer> {
  const isSame = (one: Attempt) => one.orderId === orderId && one.method === method && one.phone === phone;
  const known = (await attempts.read()).find(isSame);
  const key = known?.key ?? randomId();
  if (known === undefined)
    await attempts.change((all) => [...all, { orderId, method, phone, key }].slice(-MOST_ATTEMPTS));
  const input = { orderId, method, idempotencyKey: key, ...(phone === undefined ? {} : { phone }) };
  const { data, error } = await client.mutation(PayOrder, { input }).toPromise();
  const answer = data?.payOrder;
  if (answer == null) {
    const [first] = error?.graphQLErrors ?? [];
    if (error?.networkError !== undefined || first === undefined)
      return { payment: undefined, errors: [], isUnreachable: true };
    return {
      payment: undefined,
      errors: [{ code: 'INVALID_STATE', field: null, message: first.message, retryAt: null }],
      isUnreachable: false,
    };
  }
  await attempts.change((all) => all.filter((one) => !isSame(one)));
  return { payment: answer.payment ?? undefined, errors: answer.userErrors, isUnreachable: false };
}

function isAttempts(value: unknown): value is readonly Attempt[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one?.key === 'string' && typeof one?.orderId === 'string')
  );
}
