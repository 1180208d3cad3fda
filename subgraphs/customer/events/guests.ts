/** Who is a guest of an outlet, by the first that happens to an order: staff there see whom they serve. */
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderRef } from '../../../platform/events/event-types.js';

type MemberOrder = OrderRef & { readonly customerId: string };

function isOfMember(order: OrderRef): order is MemberOrder {
  return order.customerId !== null;
}

/** Guests by the events that follow an order's placing; `order.paid` repeats them for orders placed under a former release. */
export function guestsOf(events: readonly AnyEvent[]): readonly MemberOrder[] {
  return events.flatMap(({ type, data }) => {
    switch (type) {
      case 'order.awaiting-payment':
      case 'order.rejected':
      case 'order.cancelled':
      case 'order.paid':
        return isOfMember(data) ? [data] : [];
      default:
        return [];
    }
  });
}
