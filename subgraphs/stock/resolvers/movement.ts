/** `StockMovement` and the types of its cause. */
import type {
  DeliveryCauseResolvers,
  MovementCauseResolvers,
  OrderCauseResolvers,
  PersonCauseResolvers,
  ReadingCauseResolvers,
  StockMovementResolvers,
} from '../../../schema/types/stock.js';
import { wasteIdOfMovement } from '../domain/waste-ids.js';
import { found } from './found.js';

export const StockMovement: StockMovementResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.movement.load(id),
  cause: (movement) => movement,
  waste: ({ id, kind }, _, { loaders }) =>
    kind === 'WASTE' ? loaders.waste.load(wasteIdOfMovement(id)) : null,
};

/** A trace id is stored as the uuid of its 32 digits. */
const traceId = ({ traceId: stored }: { readonly traceId: string }) => stored.replaceAll('-', '');

export const MovementCause: Pick<MovementCauseResolvers, '__resolveType'> = {
  __resolveType({ orderId, shelfId, deliveryId }) {
    if (orderId !== null) return 'OrderCause';
    if (shelfId !== null) return 'ReadingCause';
    return deliveryId !== null ? 'DeliveryCause' : 'PersonCause';
  },
};

export const OrderCause: OrderCauseResolvers = {
  traceId,
  order: ({ orderId }) => ({ id: orderId ?? '' }),
};

export const ReadingCause: ReadingCauseResolvers = {
  traceId,
  shelf: ({ shelfId }, _, { loaders }) => found(loaders.shelf.load(shelfId ?? ''), 'Shelf'),
  bootId: ({ bootId }) => bootId ?? '',
  seq: ({ seq }) => seq ?? 0,
  grams: ({ grams }) => grams ?? 0,
};

export const DeliveryCause: DeliveryCauseResolvers = {
  traceId,
  delivery: ({ deliveryId }, _, { loaders }) => found(loaders.delivery.load(deliveryId ?? ''), 'Delivery'),
};

export const PersonCause: PersonCauseResolvers = {
  traceId,
  person: ({ personId }) => ({ id: personId ?? '' }),
};
