/**
 * Offers what staff propose in place of what ran short of an order, and has it made once stock has reserved it. A consumer of its own: a former
 * release would take these events of `order.saga` for done.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { EventData } from '../../../platform/events/event-types.js';
import { substitutionFor } from '../domain/substitution.js';
import { advanceOrders, type OrderChange } from '../operations/advance-orders.js';
import type { MenuReadModel } from '../store/menu-read-model.js';
import { findLines } from '../store/order-details.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'order.substitutions';

export function consumer({ database, menu, rules, log }: ConsumerParts): Consumer {
  return {
    name: NAME,
    types: ['stock.substitution-proposed', 'stock.substitution-decided'],
    handle: idempotentBatch(
      database,
      NAME,
      async (events, work) => {
        await advanceOrders(
          rules,
          work,
          events.flatMap((event) => changeBy(event, menu)),
        );
      },
      log,
    ),
  };
}

function changeBy({ type, data, metadata: cause }: AnyEvent, menu: MenuReadModel): OrderChange[] {
  switch (type) {
    case 'stock.substitution-proposed':
      return [{ orderId: data.orderId, cause, trigger: offer(data, menu) }];
    case 'stock.substitution-decided': {
      const { orderId, isReserved } = data;
      return [{ orderId, cause, trigger: () => ({ type: 'substitute-decided', isReserved }) }];
    }
    default:
      return [];
  }
}

function offer(
  proposed: EventData['stock.substitution-proposed'],
  menu: MenuReadModel,
): OrderChange['trigger'] {
  return async ({ id, outletId }, tx) => {
    const outlet = menu.outlet(outletId);
    const lines = await findLines({ prisma: tx }, [id]);
    const substitution = outlet && substitutionFor(lines, menu.menuAt(outlet, new Date()), proposed);
    return { type: 'substitute-offered', substitution: substitution ?? null };
  };
}
