/**
 * Sends an order once. What is ordered is stored with its idempotency key before it is first sent, and is sent with the same key until
 * an answer came: after a reload, from another tab or once the network is back, the answer is the same order.
 */
import type { CombinedError } from 'urql';
import { client } from '../../shared/client/client.js';
import { randomId } from '../../shared/client/random-id.js';
import { readSession } from '../../shared/client/session.js';
import { basketOf } from '../basket/basket-store.js';
import { PlaceOrder, type PlaceOrderMutationVariables, type ShopUserErrorFragment } from '../operations.js';
import { Stored } from '../stored.js';

export type Wanted = Omit<PlaceOrderMutationVariables['input'], 'idempotencyKey' | 'guest'>;

export interface Pending {
  readonly key: string;
  readonly wanted: Wanted;
  /** Who ordered: it goes out in nobody else's name. */
  readonly personId: string;
  /** With none it is certain that the order has not arrived. */
  readonly attempts: number;
}

export type Progress =
  | { readonly state: 'idle' | 'sending' | 'unreachable' | 'signedOut' }
  | { readonly state: 'refused'; readonly errors: readonly ShopUserErrorFragment[] }
  | { readonly state: 'placed'; readonly orderId: string };

export const pendingOrder = new Stored<Pending | null>('pending-order', null, isPending);

const RETRY_MILLISECONDS = 3_000;
const UNCERTAIN_CODES = new Set(['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED']);

let progress: Progress = { state: 'idle' };
let isSending = false;
let retry: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

export function presentProgress(): Progress {
  return progress;
}

export function listenToProgress(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function show(next: Progress): void {
  progress = next;
  for (const listener of listeners) listener();
}

export async function place(wanted: Wanted, personId: string): Promise<void> {
  if ((await pendingOrder.read()) !== null) return send(personId);
  await pendingOrder.change(() => ({ key: randomId(), wanted, personId, attempts: 0 }));
  await send(personId);
}

/** Takes back an order that was never sent. */
export async function withdraw(): Promise<void> {
  if (isSending) return;
  clearTimeout(retry);
  await pendingOrder.change((pending) => (pending?.attempts === 0 ? null : pending));
  show({ state: 'idle' });
}

/** Sends what is pending, if anything is, in the name of the person who is signed in. */
export async function send(personId: string): Promise<void> {
  clearTimeout(retry);
  const pending = await pendingOrder.read();
  if (pending === null || isSending) return;
  if (pending.personId !== personId) return show({ state: 'signedOut' });
  if (!navigator.onLine) return later(personId);
  isSending = true;
  show({ state: 'sending' });
  try {
    await pendingOrder.change((one) => one && { ...one, attempts: one.attempts + 1 });
    const input = { ...pending.wanted, idempotencyKey: pending.key };
    const { data, error } = await client.mutation(PlaceOrder, { input }).toPromise();
    const answer = data?.placeOrder;
    if (answer?.order != null) return await finish(pending, answer.order.id);
    if (answer != null && answer.userErrors.length > 0) return await refuse(answer.userErrors);
    await fail(error, personId);
  } finally {
    isSending = false;
  }
}

async function finish({ wanted }: Pending, orderId: string): Promise<void> {
  // The basket first: should the page end in between, the same key answers with the same order.
  await basketOf(wanted.outletId).change(() => []);
  await pendingOrder.change(() => null);
  show({ state: 'placed', orderId });
}

async function refuse(errors: readonly ShopUserErrorFragment[]): Promise<void> {
  await pendingOrder.change(() => null);
  show({ state: 'refused', errors });
}

async function fail(error: CombinedError | undefined, personId: string): Promise<void> {
  const codes = (error?.graphQLErrors ?? []).map(({ extensions }) => String(extensions.code));
  if (codes.includes('UNAUTHENTICATED')) {
    show({ state: 'signedOut' });
    return readSession();
  }
  if (
    error?.networkError !== undefined ||
    codes.length === 0 ||
    codes.some((code) => UNCERTAIN_CODES.has(code))
  )
    return later(personId);
  const [first] = error?.graphQLErrors ?? [];
  await refuse([{ code: 'INVALID_INPUT', field: null, message: first?.message ?? '', retryAt: null }]);
}

function later(personId: string): void {
  show({ state: 'unreachable' });
  retry = setTimeout(() => void send(personId), RETRY_MILLISECONDS);
}

function isPending(value: unknown): value is Pending | null {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const pending: { readonly [key in keyof Pending]?: unknown } = value;
  return (
    typeof pending.key === 'string' &&
    typeof pending.personId === 'string' &&
    typeof pending.attempts === 'number' &&
    typeof pending.wanted === 'object' &&
    pending.wanted !== null &&
    'outletId' in pending.wanted &&
    'lines' in pending.wanted
  );
}
