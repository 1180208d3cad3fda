/** Every resolver of `schema/order.graphql`. */
import type { Resolvers } from '../../../schema/types/order.js';
import { cancelOrder } from './cancel-order.js';
import { addToCart, Cart, CartLine, cart, removeCartLine, updateCartLine } from './cart.js';
import { Customer } from './customer.js';
import {
  completeOrder,
  KitchenQueueChange,
  kitchenQueue,
  kitchenQueueChanged,
  markReady,
  startPreparing,
} from './kitchen.js';
import { Order, OrderLine, OrderLineOption, order, Promotion } from './order.js';
import { OrderStatusChange, orderStatusChanged } from './order-status.js';
import { Outlet, orders } from './outlet.js';
import { checkout, placeOrder } from './place-order.js';
import { SalesReportRow, salesReport } from './sales-report.js';

export const resolvers: Resolvers = {
  Query: { order, orders, cart, kitchenQueue, salesReport },
  Mutation: {
    addToCart,
    updateCartLine,
    removeCartLine,
    checkout,
    placeOrder,
    cancelOrder,
    startPreparing,
    markReady,
    completeOrder,
  },
  Subscription: { orderStatusChanged, kitchenQueueChanged },
  Order,
  OrderLine,
  OrderLineOption,
  Promotion,
  OrderStatusChange,
  KitchenQueueChange,
  Cart,
  CartLine,
  Customer,
  Outlet,
  SalesReportRow,
};
