/** The resolver map: schema/stock.graphql, type by type. */
import type { Resolvers } from '../../../schema/types/stock.js';
import { itemMutations } from './item-mutations.js';
import { levelMutations } from './level-mutations.js';
import { MenuItem } from './menu-item.js';
import {
  DeliveryCause,
  MovementCause,
  OrderCause,
  PersonCause,
  ReadingCause,
  StockMovement,
} from './movement.js';
import { Outlet, Query } from './query.js';
import { shelfMutations } from './shelf-mutations.js';
import { Delivery, DeliveryLine, Ingredient, Shelf, StockItem } from './stock-item.js';
import { StockAlert, StockLevelChange, Subscription } from './subscription.js';

export const resolvers = {
  Query,
  Mutation: { ...itemMutations, ...levelMutations, ...shelfMutations },
  Subscription,
  Ingredient,
  StockItem,
  Shelf,
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
  StockLevelChange,
  StockAlert,
} satisfies Resolvers;
