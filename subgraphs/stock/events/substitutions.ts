/**
 * `order.substitution-changed` of a guest who accepted: reserves what the order requires with the substitute in place of what was reserved for it,
 * all of it or nothing, and answers with `stock.substitution-decided`.
 */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { replaceReservation } from '../operations/at-risk/replace-reservation.js';
import { substitutionDecidedEvent } from '../published.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'stock.substitutions';

export function consumer({ database, log }: ConsumerParts): Consumer {
  return {
    name: NAME,
    types: ['order.substitution-changed'],
    handle: idempotent(
      database,
      NAME,
      async (event, work) => {
        if (event.type !== 'order.substitution-changed') return;
        const { data, aggregateVersion: version } = event;
        const { orderId, outletId, requirements } = data;
        if (data.status !== 'ACCEPTED' || requirements === undefined) return;
        const isReserved = await replaceReservation(work, { orderId, outletId, version, requirements });
        work.emit(substitutionDecidedEvent(data, version, isReserved));
      },
      log,
    ),
  };
}
