/** The ledger's rows and what caused them. */
import { notFound } from '../../../platform/errors.js';
import type {
  DeliveryCauseResolvers,
  MovementCauseResolvers,
  OrderCauseResolvers,
  PersonCauseResolvers,
  ReadingCauseResolvers,
  StockMovementResolvers,
} from '../../../schema/types/stock.js';

export const StockMovement: StockMovementResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.movements.load(id),
  cause: (movement) => movement,
};

/** A trace id is kept as the uuid of its 32 digits. */
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
  async shelf({ shelfId }, _, { loaders }) {
    const shelf = await loaders.shelves.load(shelfId ?? '');
    if (shelf === null) throw notFound('Shelf');
    return shelf;
  },
  bootId: ({ bootId }) => bootId ?? '',
  seq: ({ seq }) => seq ?? 0,
  grams: ({ grams }) => grams ?? 0,
};

export const DeliveryCause: DeliveryCauseResolvers = {
  traceId,
  async delivery({ deliveryId }, _, { loaders }) {
    const delivery = await loaders.deliveries.load(deliveryId ?? '');
    if (delivery === null) throw notFound('Delivery');
    return delivery;
  },
};

export const PersonCause: PersonCauseResolvers = {
  traceId,
  person: ({ personId }) => ({ id: personId ?? '' }),
};
