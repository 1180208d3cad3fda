/** What the resolvers of a type get as their parent, where it is not the type's own fields. */
import type * as client from '../../../prisma/stock/client/client.js';
import type { AlertKind } from '../domain/alert.js';
import type { DeliveryWithLines } from '../store/deliveries.js';

export type Ingredient = client.Ingredient;
export type StockItem = client.StockItem;
export type Shelf = client.Shelf;
export type StockMovement = client.StockMovement;
/** A movement carries its cause. */
export type MovementCause = client.StockMovement;
export type OrderCause = client.StockMovement;
export type ReadingCause = client.StockMovement;
export type DeliveryCause = client.StockMovement;
export type PersonCause = client.StockMovement;
export type Delivery = DeliveryWithLines;
export type DeliveryLine = client.DeliveryLine;
export type Order = { readonly id: string };
export type Customer = { readonly id: string };
export type Outlet = { readonly id: string };
/** As the gateway hands it over: with what `availability` requires. */
export type MenuItem = { readonly id: string; readonly servingRecipe: readonly RecipeLine[] };
export type RecipeLine = { readonly ingredient: { readonly id: string }; readonly quantity: number };
export interface StockLevelChange {
  readonly item: client.StockItem;
  readonly cause: client.StockMovement | null;
  readonly at: Date;
}
export interface StockAlert {
  readonly kind: AlertKind;
  readonly item: client.StockItem;
  readonly orderIdsAtRisk: readonly string[];
  readonly at: Date;
}
