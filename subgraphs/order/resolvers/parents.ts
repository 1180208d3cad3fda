/** What a resolver's parent is, where it is not the type's own fields. */
import type { Connection, CountedConnection } from '../../../platform/kit/paging.js';
import type * as personal from '../../../platform/kit/personal-export.js';
import type { OrderTax } from '../../../platform/order-charges.js';
import type { CartLineRecord, CartRecord } from '../domain/cart.js';
import type { BasketRule } from '../domain/customers/baskets.js';
import type { CohortFigures, MonthFigures, SegmentFigures } from '../domain/customers/groups.js';
import type { FavouriteRecord } from '../domain/favourite.js';
import type * as orders from '../domain/order.js';
import type { Substitution as OfferedSubstitution, OrderLineRecord, OrderRecord } from '../domain/order.js';
import type { PricedOption } from '../domain/pricing.js';
import type * as rejection from '../domain/rejection.js';
import type * as problems from '../operations/cart-problems.js';
import type * as kitchen from '../operations/kitchen-queue.js';
import type * as quoting from '../operations/quote-order.js';
import type { ReadForecast } from '../operations/read-forecast.js';
import type * as customers from '../operations/report-customers.js';
import type {
  LostSales as ReportedLostSales,
  LostSalesRow as ReportedLostSalesRow,
} from '../operations/report-lost-sales.js';
import type { ComparedFigures, ReportedRow, Sales } from '../operations/report-sales.js';
import type * as royalty from '../operations/royalty-statement.js';
import type { KindOfDay } from '../operations/set-calendar-day.js';
import type * as watch from '../operations/watch-order.js';
import type * as watchedOrders from '../operations/watch-orders.js';
import type * as watchedSales from '../operations/watch-sales.js';

export type Order = OrderRecord;
export type OrderGuest = orders.OrderGuest;
export type OrderLine = OrderLineRecord & {
  readonly outletId: string;
  /** Whether the kitchen said so, of the line or of the whole order. */
  readonly isReady: boolean;
  /** What is made of it; null for what was ordered. */
  readonly substitute: Pick<OfferedSubstitution, 'menuItemId' | 'name'> | null;
};
export interface Substitution extends OfferedSubstitution {
  readonly lines: OrderLine[];
}
export type OrderLineOption = PricedOption;
export interface OrderRejection {
  readonly order: OrderRecord;
}
export interface RejectedLine extends Omit<rejection.RejectedLine, 'position' | 'available'> {
  readonly line: OrderLine | null;
  /** Null for those who do not see the stock of the outlet. */
  readonly available: number | null;
}
export type Tax = OrderTax;
export type Quote = quoting.Quote;
export type OrderConnection = CountedConnection<OrderRecord>;
export type Cart = CartRecord;
export type CartLine = CartLineRecord;
export type CartProblem = problems.CartProblem;
export type Favourite = FavouriteRecord;
export type FavouriteConnection = CountedConnection<FavouriteRecord>;
export type OrderStatusChange = watch.OrderStatusChange;
export type KitchenQueueChange = kitchen.KitchenQueueChange;
export type OrderChange = watchedOrders.OrderChange;
export type SalesChange = watchedSales.SalesChange;
export type CalendarDay = KindOfDay;
export type SalesForecast = ReadForecast;
export type LostSales = ReportedLostSales;
export type CustomerReport = customers.CustomerReport;
export type CustomerValue = customers.CustomerValue;
export type CustomerSegment = SegmentFigures;
export type CustomerCohort = CohortFigures;
export type CohortMonth = MonthFigures;
export type Basket = BasketRule;
export type LostSalesRow = ReportedLostSalesRow;
export type SalesReport = Sales;
export type RoyaltyStatement = royalty.RoyaltyStatement;
export type RoyaltyLine = royalty.RoyaltyLine;
export type SalesReportRow = ReportedRow;
export type SalesComparisonFigures = ComparedFigures;

export type ExportedRecord = personal.ExportedRecord;
export type ExportedRecordConnection = Connection<ExportedRecord>;
export type ExportedOrder = Pick<OrderRecord, 'id'>;
export type ExportedOrderConnection = Connection<ExportedOrder>;

/** Owned by another subgraph: only the id is known here. */
export interface Customer {
  readonly id: string;
}

export interface Outlet {
  readonly id: string;
}

export interface Franchise {
  readonly id: string;
}

export interface Ingredient {
  readonly id: string;
}

export interface MenuItem {
  readonly id: string;
}

export interface Promotion {
  readonly id: string;
  /** Where a line or cart shows it. */
  readonly name?: string;
}
