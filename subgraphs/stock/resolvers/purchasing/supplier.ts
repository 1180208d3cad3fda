/** `Supplier` and its prices. */
import { connectionOf, idPageOf } from '../../../../platform/kit/paging.js';
import { rupiah } from '../../../../platform/money.js';
import type { SupplierPriceResolvers, SupplierResolvers } from '../../../../schema/types/stock.js';
import { found } from '../found.js';

export const Supplier: SupplierResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.supplier.load(id),
  franchise: ({ franchiseId }) => (franchiseId === null ? null : { id: franchiseId }),
  deliveryWeekdays: ({ deliveryWeekdays }) => [...deliveryWeekdays],
  minimumOrder: ({ minimumOrder }) => rupiah(minimumOrder),
  async prices({ id }, { ingredientId, ...args }, { loaders }) {
    const page = idPageOf(args);
    const filter = { ingredientId: ingredientId ?? null };
    const rows = await loaders.pricesOfSupplier({ ...filter, page }).load(id);
    return connectionOf(
      page,
      rows,
      (price) => price.id,
      () => loaders.priceCount(filter).load(id),
    );
  },
};

export const SupplierPrice: SupplierPriceResolvers = {
  ingredient: ({ ingredientId }, _, { loaders }) =>
    found(loaders.ingredient.load(ingredientId), 'Ingredient'),
  price: ({ price }) => rupiah(price),
};
