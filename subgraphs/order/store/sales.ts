/**
 * Records what changes of orders add to sales, line by line, and adds it to the roll-ups, in the transaction that makes an order a sale or takes it
 * back (`record_sales`).
 */
import { z } from 'zod';
import { groupedBy } from '../../../platform/kit/loaders.js';
import { type ChangedSale, type SaleLine, type SoldLine, saleLines } from '../domain/sale-lines.js';
import { type DaySales, salesOfOrder } from '../domain/sales.js';
import type { Transaction } from './database.js';

/** An order whose share has changed; its lines are read here. */
export interface ChangedOrderSale extends Omit<ChangedSale, 'lines'> {
  readonly orderId: string;
}

/** A line with the words of a receipt. */
export interface NamedLine extends SoldLine {
  readonly name: string;
  readonly optionNames: readonly string[];
}

export interface RecordedSale {
  /** What it has added. */
  readonly added: readonly DaySales[];
  readonly lines: readonly NamedLine[];
}

/**
 * For orders that `tx` has changed, and events that report it.
 * @returns what each of `sales` has added, and its lines.
 */
export async function updateSales(
  tx: Transaction,
  sales: readonly ChangedOrderSale[],
): Promise<Map<ChangedOrderSale, RecordedSale>> {
  if (sales.length === 0) return new Map();
  const lines = await findSoldLines(
    tx,
    sales.map(({ orderId }) => orderId),
  );
  const changed = sales.map((sale, index) => ({ sale, changed: { ...sale, lines: lines[index] ?? [] } }));
  const rows = changed.flatMap((one) => saleLines(one.changed)).map(rowOf);
  if (rows.length > 0) {
    await tx.$executeRaw`
      SELECT record_sales(${sales.map(({ orderId }) => orderId)}::uuid[], ${JSON.stringify(rows)}::jsonb)`;
  }
  return new Map(
    changed.map((one) => [one.sale, { added: salesOfOrder(one.changed), lines: one.changed.lines }]),
  );
}

/** In the columns of `sales_change`. */
function rowOf({
  outletId,
  franchiseId,
  orderId,
  staffId,
  menuItemId,
  promotionId,
  optionIds,
  ...line
}: SaleLine) {
  const { serviceCharge, taxAdded, taxIncluded, ...figures } = line;
  return {
    ...figures,
    ...{ order_id: orderId, outlet_id: outletId, franchise_id: franchiseId, staff_id: staffId },
    ...{ menu_item_id: menuItemId, promotion_id: promotionId, option_ids: optionIds },
    ...{ service_charge: serviceCharge, tax_added: taxAdded, tax_included: taxIncluded },
  };
}

const chosenOptions = z.array(z.object({ id: z.string(), name: z.string() }));

/** In the order of `orderIds`. */
async function findSoldLines(tx: Transaction, orderIds: string[]): Promise<NamedLine[][]> {
  const rows = await tx.orderLine.findMany({
    where: { orderId: { in: orderIds } },
    select: {
      ...{ orderId: true, position: true, menuItemId: true, quantity: true, subtotal: true, discount: true },
      ...{ name: true, promotionId: true, options: true },
    },
    orderBy: [{ orderId: 'asc' }, { position: 'asc' }],
  });
  return groupedBy(orderIds, rows, ({ orderId }) => orderId).map((lines) =>
    lines.map(({ position, menuItemId, name, quantity, subtotal, discount, promotionId, options }) => {
      const chosen = chosenOptions.parse(options);
      return {
        ...{ position, menuItemId, name, quantity, promotionId },
        subtotal: Number(subtotal),
        discount: Number(discount),
        optionIds: chosen.map((option) => option.id),
        optionNames: chosen.map((option) => option.name),
      };
    }),
  );
}
