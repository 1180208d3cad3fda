/** `StockItem` and its `Ingredient`. */
import { connectionOf, idPageOf } from '../../../platform/kit/paging.js';
import type {
  IngredientResolvers,
  OrderAtRiskResolvers,
  StockItemResolvers,
} from '../../../schema/types/stock.js';
import { shortfallOf } from '../domain/alert.js';
import { historySpan, requireWithinLimit } from '../operations/level-history.js';
import { shortFrom } from '../operations/run-out.js';
import { found } from './found.js';

export const StockItem: StockItemResolvers = {
  __resolveReference(reference, { loaders }) {
    if ('id' in reference) return loaders.item.load(reference.id);
    const { outlet, ingredient } = reference;
    return outlet && loaders.itemByKey.load({ outletId: outlet.id, ingredientId: ingredient.id });
  },
  outlet: ({ outletId }) => ({ id: outletId }),
  ingredient: ({ ingredientId }, _, { loaders }) =>
    found(loaders.ingredient.load(ingredientId), 'Ingredient'),
  async unit({ ingredientId }, _, { loaders }) {
    return (await found(loaders.ingredient.load(ingredientId), 'Ingredient')).unit;
  },
  async movements({ id }, args, { loaders }) {
    const page = idPageOf(args);
    const rows = await loaders.movementsOfItem(page).load(id);
    return connectionOf(
      page,
      rows,
      (movement) => movement.id,
      () => loaders.movementCount.load(id),
    );
  },
  onOrder: ({ id }, _, { loaders }) => loaders.onOrder.load(id),
  async ordersAtRisk(item, args, { loaders }) {
    const page = idPageOf(args);
    const short = { id: item.id, shortfall: shortfallOf(item) };
    const rows = await loaders.ordersAtRisk(page).load(short);
    return connectionOf(
      page,
      rows,
      ({ id }) => id,
      () => loaders.orderAtRiskCount.load(short),
    );
  },
  async transfersIncoming({ id }, _, { loaders }) {
    return (await loaders.onTheWay.load(id))?.incoming ?? 0;
  },
  async transfersOutgoing({ id }, _, { loaders }) {
    return (await loaders.onTheWay.load(id))?.outgoing ?? 0;
  },
  shelves: ({ id }, _, { loaders }) => loaders.shelvesOfItem.load(id),
  async history({ id }, { from, to, resolution }, { loaders, historyRetention }) {
    const span = historySpan({ from, to: to ?? null, resolution }, historyRetention);
    if (span === null) return [];
    return requireWithinLimit(await loaders.history({ ...span, resolution }).load(id), resolution);
  },
  runsOutAt: (item, _, { loaders }) => (item.removedAt === null ? shortFrom(loaders, item) : null),
};

export const OrderAtRisk: OrderAtRiskResolvers = {
  order: ({ id }) => ({ id }),
};

export const Ingredient: IngredientResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.ingredient.load(id),
};
