/** Every resolver of `schema/stock.graphql`. */
import type { Resolvers } from '../../../schema/types/stock.js';
import { StockCount, StockCountLine } from './counts/stock-count.js';
import { DeadLetter } from './dead-letter.js';
import { Delivery, DeliveryLine } from './delivery.js';
import { Availability, MenuItem, MenuOption } from './menu-item.js';
import {
  DeliveryCause,
  MovementCause,
  OrderCause,
  PersonCause,
  ReadingCause,
  StockMovement,
} from './movement.js';
import { Mutation } from './mutation.js';
import { Outlet } from './outlet.js';
import { PurchaseOrder, PurchaseOrderLine } from './purchasing/purchase-order.js';
import { PurchaseOffer, PurchaseReckoning, PurchaseSuggestion } from './purchasing/suggestion.js';
import { Supplier, SupplierPrice } from './purchasing/supplier.js';
import { Query } from './query.js';
import { Shelf, ShelfHealthChange } from './shelf.js';
import { Ingredient, OrderAtRisk, StockItem } from './stock-item.js';
import { AvailabilityChange, StockAlert, StockLevelChange, Subscription } from './subscription.js';
import { Transfer } from './transfers/transfer.js';
import { UsageRow } from './usage.js';
import { ExpiringBatch, Waste } from './waste.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Ingredient,
  StockItem,
  Shelf,
  ShelfHealthChange,
  DeadLetter,
  StockMovement,
  MovementCause,
  OrderCause,
  ReadingCause,
  DeliveryCause,
  PersonCause,
  Delivery,
  DeliveryLine,
  Outlet,
  MenuItem,
  MenuOption,
  Availability,
  AvailabilityChange,
  StockLevelChange,
  StockAlert,
  UsageRow,
  Supplier,
  SupplierPrice,
  PurchaseOrder,
  PurchaseOrderLine,
  PurchaseSuggestion,
  PurchaseReckoning,
  PurchaseOffer,
  Waste,
  StockCount,
  StockCountLine,
  Transfer,
  OrderAtRisk,
  ExpiringBatch,
};
