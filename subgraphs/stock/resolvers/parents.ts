/** What a type's resolvers get as their parent, where that is not the type's own fields. */

import type { CalendarDay } from '../../../platform/kit/calendar.js';
import type { CountedConnection } from '../../../platform/kit/paging.js';
import type * as counts from '../domain/counts/records.js';
import type * as purchasing from '../domain/purchasing/records.js';
import type { Offer } from '../domain/purchasing/replenishment.js';
import type * as records from '../domain/records.js';
import type * as servings from '../domain/servings.js';
import type * as transfers from '../domain/transfers/records.js';
import type * as availability from '../operations/availability-feed.js';
import type { LevelChange } from '../operations/level-feed.js';
import type * as suggestions from '../operations/purchasing/suggest-purchases.js';
import type { Usage } from '../operations/report-usage.js';
import type * as health from '../operations/shelf-health-feed.js';
import type * as alerts from '../operations/watch-alerts.js';
import type * as reservations from '../store/reservations.js';

export type Ingredient = records.Ingredient;
export type StockItem = records.StockItem;
export type Shelf = records.Shelf;
export type StockMovement = records.StockMovement;
export type MovementCause = records.Cause;
export type OrderCause = records.Cause;
export type ReadingCause = records.Cause;
export type DeliveryCause = records.Cause;
export type PersonCause = records.Cause;
export type Delivery = records.Delivery;
export type DeliveryLine = records.DeliveryLine;
export type Order = { readonly id: string };
export type Customer = { readonly id: string };
export type Outlet = { readonly id: string };
/** With what `availability` requires. */
export type MenuItem = { readonly id: string; readonly servingRecipe: readonly RecipeLine[] };
/** With what `availability` requires. */
export type MenuOption = { readonly id: string; readonly addedRecipe: readonly RecipeLine[] };
export type RecipeLine = { readonly ingredient: { readonly id: string }; readonly quantity: number };
/** `stocked` is null where staff took it off. */
export type Availability = {
  readonly inStock: boolean;
  readonly servings: number;
  readonly stocked: { readonly outletId: string; readonly recipe: readonly servings.RecipeLine[] } | null;
};
export type AvailabilityChange = availability.AvailabilityChange;
export type StockLevelChange = LevelChange;
export type StockAlert = alerts.StockAlert;
export type ShelfHealth = records.ShelfHealth;
export type ShelfHealthChange = health.HealthChange;
export type DeadLetter = records.StoredDeadLetter;
export type ShelfConnection = CountedConnection<records.Shelf>;
export type DeadLetterConnection = CountedConnection<records.StoredDeadLetter>;
export type StockItemConnection = CountedConnection<records.StockItem>;
export type StockMovementConnection = CountedConnection<records.StockMovement>;
export type Franchise = { readonly id: string };
export type Supplier = purchasing.Supplier;
export type SupplierPrice = purchasing.SupplierPrice;
export type SupplierConnection = CountedConnection<purchasing.Supplier>;
export type SupplierPriceConnection = CountedConnection<purchasing.SupplierPrice>;
export type PurchaseSuggestion = suggestions.PurchaseSuggestion;
export type PurchaseReckoning = suggestions.PurchaseSuggestion;
export type PurchaseOffer = Offer & { readonly arrivesOn: CalendarDay };
export type PurchaseOrder = purchasing.PurchaseOrder;
export type PurchaseOrderLine = purchasing.PurchaseOrderLine;
export type PurchaseOrderConnection = CountedConnection<purchasing.PurchaseOrder>;
export type Transfer = transfers.Transfer;
export type TransferConnection = CountedConnection<transfers.Transfer>;
export type OrderAtRisk = reservations.OrderAtRisk;
export type OrderAtRiskConnection = CountedConnection<reservations.OrderAtRisk>;
export type StockCount = counts.StockCount;
export type StockCountConnection = CountedConnection<counts.StockCount>;
export type StockCountLine = counts.StockCountLine;
export type StockCountLineConnection = CountedConnection<counts.StockCountLine>;
export type Waste = records.Waste;
export type WasteConnection = CountedConnection<records.Waste>;
export type ExpiringBatch = records.ExpiringBatch;
export type ExpiringBatchConnection = CountedConnection<records.ExpiringBatch>;
export type UsageReport = Usage;
export type UsageRow = records.UsageRow;
