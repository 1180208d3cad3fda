/** `Mutation`. */
import { payloadOf } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { CheckoutInput, CounterGuestInput, MutationResolvers } from '../../../schema/types/order.js';
import { acceptSubstitution } from '../operations/accept-substitution.js';
import { cancelOrder } from '../operations/cancel-order.js';
import { addToCart, removeCartLine, updateCartLine } from '../operations/change-cart.js';
import { checkout } from '../operations/checkout.js';
import type { RequestedGuest } from '../operations/counter-guest.js';
import { removeFavourite, setFavourite } from '../operations/favourites.js';
import { completeOrder, markReady, startPreparing, undoStep } from '../operations/kitchen-steps.js';
import { setLineReady, setPriority } from '../operations/kitchen-tickets.js';
import { placeOrder } from '../operations/place-order.js';
import type { OrderTerms } from '../operations/placement.js';
import { remakeLines } from '../operations/remake-lines.js';
import { setCalendarDay } from '../operations/set-calendar-day.js';
import { setStation } from '../operations/set-station.js';
import { lineOf } from './requested-line.js';

export const Mutation: MutationResolvers = {
  addToCart: (_parent, { input }, context) =>
    payloadOf(async () => ({
      cart: await addToCart(context, input.outletId, lineOf({ ...input, quantity: input.quantity ?? 1 }), {
        takesUsualOptions: input.takesUsualOptions === true && input.optionIds == null,
      }),
    })),
  updateCartLine: (_parent, { input }, context) =>
    payloadOf(async () => ({ cart: await updateCartLine(context, input.cartLineId, input) })),
  removeCartLine: (_parent, { cartLineId }, context) =>
    payloadOf(async () => ({ cart: await removeCartLine(context, cartLineId) })),
  setFavourite: (_parent, { input }, context) =>
    payloadOf(async () => ({
      favourite: await setFavourite(context, { ...input, optionIds: input.optionIds ?? [] }),
    })),
  removeFavourite: (_parent, { menuItemId }, context) =>
    payloadOf(async () => {
      await removeFavourite(context, menuItemId);
      return { customer: { id: callerOf(context.identity) } };
    }),
  checkout: (_parent, { input }, context) =>
    payloadOf(async () => ({ order: await checkout(context, termsOf(input)) })),
  placeOrder: (_parent, { input }, context) =>
    payloadOf(async () => ({
      order: await placeOrder(context, {
        ...termsOf(input),
        lines: input.lines.map(lineOf),
        guest: guestOf(input.guest),
      }),
    })),
  cancelOrder: (_parent, { orderId, reason, drink }, context) =>
    payloadOf(async () => ({ order: await cancelOrder(context, orderId, reason ?? null, drink ?? null) })),
  acceptSubstitution: (_parent, { orderId, menuItemId }, context) =>
    payloadOf(async () => ({ order: await acceptSubstitution(context, orderId, menuItemId) })),
  startPreparing: (_parent, { orderId }, context) =>
    payloadOf(async () => ({ order: await startPreparing(context, orderId) })),
  markReady: (_parent, { orderId }, context) =>
    payloadOf(async () => ({ order: await markReady(context, orderId) })),
  completeOrder: (_parent, { orderId }, context) =>
    payloadOf(async () => ({ order: await completeOrder(context, orderId) })),
  undoStep: (_parent, { orderId }, context) =>
    payloadOf(async () => ({ order: await undoStep(context, orderId) })),
  remakeLines: (_parent, { input }, context) =>
    payloadOf(async () => ({ order: await remakeLines(context, input) })),
  setCalendarDay: (_parent, { input }, context) =>
    payloadOf(async () => ({ calendarDay: await setCalendarDay(context, input) })),
  setStation: (_parent, { input }, context) =>
    payloadOf(async () => ({
      outlet: await setStation(context, { ...input, station: input.station ?? null }),
    })),
  setPriority: (_parent, { orderId, priority }, context) =>
    payloadOf(async () => ({ order: await setPriority(context, orderId, priority) })),
  setLineReady: (_parent, { orderId, lineId, isReady }, context) =>
    payloadOf(async () => ({ order: await setLineReady(context, orderId, lineId, isReady) })),
};

function termsOf({
  outletId,
  redemptionIds,
  expectedTotal,
  pickupAt,
  idempotencyKey,
}: CheckoutInput): OrderTerms {
  return {
    outletId,
    redemptionIds: redemptionIds ?? [],
    expectedTotal: expectedTotal ?? null,
    // A plain moment: the one of the input also has the day that was written.
    pickupAt: pickupAt == null ? null : new Date(pickupAt),
    idempotencyKey,
  };
}

function guestOf(guest: CounterGuestInput | null | undefined): RequestedGuest | null {
  if (guest == null) return null;
  const { name, table, memberPhone, memberCode } = guest;
  return {
    ...{ name: name ?? null, table: table ?? null },
    ...{ memberPhone: memberPhone ?? null, memberCode: memberCode ?? null },
  };
}
