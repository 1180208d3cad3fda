/** `Query`. */
import { notFound } from '../../../platform/errors.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import type { QueryResolvers } from '../../../schema/types/order.js';
import { openCart } from '../operations/change-cart.js';
import { readKitchenQueue } from '../operations/kitchen-queue.js';
import { listMadeOrders, listOrdersOfOutlet } from '../operations/list-orders.js';
import { readForecast } from '../operations/read-forecast.js';
import { reportCustomers } from '../operations/report-customers.js';
import { reportLostSales } from '../operations/report-lost-sales.js';
import { reportSales } from '../operations/report-sales.js';
import { stateRoyalty } from '../operations/royalty-statement.js';
import { readCalendar } from '../operations/set-calendar-day.js';

export const Query: QueryResolvers = {
  async order(_parent, { id }, { loaders }) {
    const order = await loaders.order.load(id);
    if (order === null) throw notFound('Order');
    return order;
  },
  orders: (_parent, { outletId, ...args }, context) => listOrdersOfOutlet(context, outletId, args),
  cart: (_parent, { outletId }, context) => openCart(context, outletId),
  kitchenRecall: (_parent, { outletId, ...args }, context) => listMadeOrders(context, outletId, args),
  kitchenQueue: (_parent, { outletId, station }, context) =>
    readKitchenQueue(context, outletId, station ?? null),
  royaltyStatement: (_parent, { asOf, ...request }, context) =>
    stateRoyalty(context, { ...request, asOf: asOf ?? null }),
  salesReport: (_parent, { scope, compareWith, asOf, ...period }, context) =>
    reportSales(context, {
      ...{ ...period, ...placeOf(scope) },
      ...{ compareWith: compareWith ?? null, asOf: asOf ?? null },
    }),
  salesForecast: (_parent, { menuItemId, ...request }, context) =>
    readForecast(context, { ...request, menuItemId: menuItemId?.toLowerCase() ?? null }),
  calendarDays: (_parent, period, context) => readCalendar(context, period),
  customerReport: (_parent, { scope, ...period }, context) =>
    reportCustomers(context, { ...period, ...placeOf(scope) }),
  lostSales: (_parent, { scope, ...period }, context) =>
    reportLostSales(context, { ...period, ...placeOf(scope) }),
};
