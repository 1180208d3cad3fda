/** What people do with an order by the public API: placing, paying, waiting for a step; and where staff work. Refusals are thrown. */
import { newId } from '../../platform/ids.js';
import type { FrontEnd } from './front-end.js';
import { eventually } from './wait.js';

export interface PlacedOrder {
  readonly orderId: string;
  readonly number: string;
}

/** The outlet at which one of the staff works. */
export async function workplaceOf(staff: FrontEnd): Promise<string> {
  const { me } = await staff.execute<{ me: { roles: { outletId: string | null }[] } }>(
    '{ me { roles { outletId } } }',
  );
  const outletId = me.roles.find((role) => role.outletId !== null)?.outletId;
  if (outletId == null) throw new Error('They work at no outlet');
  return outletId;
}

/** @param input of `placeOrder` beside outlet, lines and key. */
export async function placeOrder(
  as: FrontEnd,
  outletId: string,
  lines: readonly object[],
  input: object = {},
): Promise<PlacedOrder> {
  const { placeOrder: placed } = await as.execute<{
    placeOrder: { order: { id: string; number: string } | null; userErrors: object[] };
  }>(
    'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id number } userErrors { code message } } }',
    { input: { outletId, lines, idempotencyKey: newId(), ...input } },
  );
  requireNone(placed.userErrors);
  if (placed.order === null) throw new Error('Neither an order nor a reason');
  return { orderId: placed.order.id, number: placed.order.number };
}

/** By one key, tried again until it is taken: an order can be paid once its stock is reserved. */
export async function payOrder(as: FrontEnd, orderId: string, method: string): Promise<void> {
  const idempotencyKey = newId();
  await eventually(async () => {
    const { payOrder: paid } = await as.execute<{ payOrder: { userErrors: object[] } }>(
      'mutation ($input: PayOrderInput!) { payOrder(input: $input) { userErrors { code message } } }',
      { input: { orderId, method, idempotencyKey } },
    );
    requireNone(paid.userErrors);
  });
}

export async function untilStatus(as: FrontEnd, orderId: string, status: string): Promise<void> {
  await eventually(async () => {
    const { order } = await as.execute<{ order: { status: string } }>(
      'query ($orderId: ID!) { order(id: $orderId) { status } }',
      { orderId },
    );
    if (order.status !== status) throw new Error(`The order is ${order.status}, not ${status}`);
  });
}

function requireNone(userErrors: readonly object[]): void {
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
}
