/**
 * `order.substitution-changed` of a guest who accepted: reserves what the substitute requires in place of what the lines did, all of it or
 * nothing, and answers with `stock.substitution-decided`.
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
        const { orderId, outletId, released = [], requirements = [] } = data;
        if (data.status !== 'ACCEPTED') return;
        const replacement = { orderId, outletId, version, released, requirements };
        const isReserved = await replaceReservation(work, replacement);
        work.emit(substitutionDecidedEvent(data, version, isReserved));
      },
      log,
    ),
  };
}
