/** Records of suppliers and of orders to them, as the store answers them. Sums are whole rupiah, quantities in the item's unit. */
import type { CalendarDay } from '../../../../platform/kit/calendar.js';
import type { Weekday } from '../../../../platform/kit/opening-hours.js';
import type { PurchaseOrderStatus } from './purchase-order-state.js';

export interface Supplier {
  readonly id: string;
  /** Null where it is the whole chain's. */
  readonly franchiseId: string | null;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly leadTimeDays: number;
  /** Empty for every day. */
  readonly deliveryWeekdays: readonly Weekday[];
  readonly minimumOrder: number;
  readonly isActive: boolean;
}

export interface SupplierPrice {
  readonly id: string;
  readonly supplierId: string;
  readonly ingredientId: string;
  readonly packSize: number;
  /** Of a pack. */
  readonly price: number;
  readonly minimumPacks: number;
  readonly reference: string | null;
  /** Suggestions choose it, whatever others ask. */
  readonly isPreferred: boolean;
  /** How long goods are good when they come; null for what does not spoil. */
  readonly shelfLifeDays: number | null;
  readonly updatedAt: Date;
}

export interface PurchaseOrder {
  readonly id: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly supplierId: string;
  /** From 1 on, by outlet, without gaps. */
  readonly number: number;
  readonly status: PurchaseOrderStatus;
  readonly total: number;
  readonly note: string | null;
  readonly expectedOn: CalendarDay | null;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly sentAt: Date | null;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
  readonly isClosedShort: boolean;
  readonly version: number;
}

export interface PurchaseOrderLine {
  readonly purchaseOrderId: string;
  readonly position: number;
  readonly stockItemId: string;
  readonly packSize: number;
  readonly packPrice: number;
  readonly packs: number;
  readonly received: number;
}

export function orderedQuantity({ packs, packSize }: Pick<PurchaseOrderLine, 'packs' | 'packSize'>): number {
  return packs * packSize;
}
