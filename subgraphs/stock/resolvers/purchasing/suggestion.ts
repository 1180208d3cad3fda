/** `PurchaseSuggestion` with its reckoning. */
import { multiply, rupiah } from '../../../../platform/money.js';
import type {
  PurchaseOfferResolvers,
  PurchaseReckoningResolvers,
  PurchaseSuggestionResolvers,
} from '../../../../schema/types/stock.js';
import { planDeliveries, unitPrice } from '../../domain/purchasing/replenishment.js';
import { found } from '../found.js';

export const PurchaseSuggestion: PurchaseSuggestionResolvers = {
  stockItem: ({ item }) => item,
  supplier: ({ offer }, _, { loaders }) => found(loaders.supplier.load(offer.supplier.id), 'Supplier'),
  quantity: ({ reckoning, offer }) => reckoning.packs * offer.packSize,
  packs: ({ reckoning }) => reckoning.packs,
  packSize: ({ offer }) => offer.packSize,
  packPrice: ({ offer }) => rupiah(offer.packPrice),
  amount: ({ reckoning, offer }) => rupiah(multiply(offer.packPrice, reckoning.packs)),
  orderTotal: ({ orderTotal }) => rupiah(orderTotal),
  because: (suggestion) => suggestion,
};

export const PurchaseReckoning: PurchaseReckoningResolvers = {
  dailyUse: ({ reckoning: { demand, coverDays } }) => (coverDays === 0 ? 0 : demand / coverDays),
  useByWeekday: ({ forecast }) => [...forecast.byWeekday],
  dailyUseSpread: ({ forecast }) => forecast.spread,
  measuredDays: ({ forecast }) => forecast.days,
  soldOutHours: ({ forecast }) => forecast.soldOutHours,
  leadTimeDays: ({ reckoning }) => reckoning.arrivesIn,
  leadTimeSpreadDays: ({ offer }) => offer.lateness.spreadDays,
  leadTimeOrders: ({ offer }) => offer.lateness.orders,
  arrivesOn: ({ reckoning }) => reckoning.arrivesOn,
  nextArrivesOn: ({ reckoning }) => reckoning.nextArrivesOn,
  coverDays: ({ reckoning }) => reckoning.coverDays,
  demand: ({ reckoning }) => reckoning.demand,
  safetyStock: ({ reckoning }) => reckoning.safetyStock,
  serviceLevel: ({ reckoning }) => reckoning.serviceLevel,
  shelfLifeDays: ({ offer }) => offer.shelfLifeDays,
  spoilingLimit: ({ reckoning }) => reckoning.spoilingLimit,
  available: ({ item }) => item.onHand - item.reserved - item.drawn,
  promised: ({ item }) => item.reserved + item.drawn,
  spoiling: ({ reckoning }) => reckoning.spoiling,
  onOrder: ({ reckoning }) => reckoning.onOrder,
  drafted: ({ reckoning }) => reckoning.drafted,
  needed: ({ reckoning }) => reckoning.needed,
  minimumPacks: ({ offer }) => offer.minimumPacks,
  supplierChoice: ({ choice }) => choice,
  offers: ({ offers, now }) =>
    offers
      .toSorted((one, other) => unitPrice(one) - unitPrice(other))
      .map((offer) => ({ ...offer, arrivesOn: planDeliveries(offer, now).arrivesOn })),
};

export const PurchaseOffer: PurchaseOfferResolvers = {
  supplier: ({ supplier }, _, { loaders }) => found(loaders.supplier.load(supplier.id), 'Supplier'),
  packPrice: ({ packPrice }) => rupiah(packPrice),
};
