/** Every resolver of `schema/order.graphql`. */
import type { Resolvers } from '../../../schema/types/order.js';
import { AccountExport, ExportedOrder } from './account-export.js';
import { Cart, CartLine, CartProblem } from './cart.js';
import { Customer } from './customer.js';
import { Basket, CohortMonth, CustomerReport, CustomerSegment, CustomerValue } from './customer-report.js';
import { Favourite } from './favourite.js';
import { LostSales, LostSalesRow } from './lost-sales.js';
import { Mutation } from './mutation.js';
import {
  Order,
  OrderLine,
  OrderLineOption,
  OrderRejection,
  RejectedLine,
  Substitution,
  Tax,
} from './order.js';
import { Outlet } from './outlet.js';
import { Promotion } from './promotion.js';
import { Query } from './query.js';
import { Quote } from './quote.js';
import { RoyaltyLine, RoyaltyStatement } from './royalty-statement.js';
import { SalesForecast } from './sales-forecast.js';
import { SalesComparisonFigures, SalesReport, SalesReportRow } from './sales-report.js';
import {
  KitchenQueueChange,
  OrderChange,
  OrderStatusChange,
  SalesChange,
  Subscription,
} from './subscription.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Order,
  OrderLine,
  OrderLineOption,
  OrderRejection,
  RejectedLine,
  Substitution,
  Quote,
  Tax,
  Promotion,
  OrderStatusChange,
  KitchenQueueChange,
  OrderChange,
  SalesChange,
  Cart,
  CartLine,
  CartProblem,
  Customer,
  AccountExport,
  ExportedOrder,
  Favourite,
  Outlet,
  RoyaltyLine,
  RoyaltyStatement,
  SalesComparisonFigures,
  SalesReport,
  SalesReportRow,
  SalesForecast,
  LostSales,
  LostSalesRow,
  CustomerReport,
  CustomerSegment,
  CustomerValue,
  CohortMonth,
  Basket,
};
