/** The promotions in memory, by item and outlet, with the units left as of the last read. */
import type { Pool } from 'pg';
import { CopiedTable } from '../../../platform/copies/copied-table.js';
import type { Promotion } from '../domain/promotion.js';

interface Versioned {
  readonly key: string;
  readonly version: number;
}

type Row = Promotion &
  Versioned & { readonly menuItemIds: readonly string[]; readonly outletIds: readonly string[] };
type Stored = Omit<Row, 'amountOff'> & { readonly amountOff: string | null };

export class PromotionReadModel {
  readonly table: CopiedTable<Row, Stored>;
  readonly #byItem = new Map<string, Set<string>>();

  constructor(pool: Pool) {
    this.table = new CopiedTable<Row, Stored>(pool, {
      table: 'promotion_copy',
      select: `SELECT id AS key, version, id, name, percent, amount_off AS "amountOff", menu_item_ids AS "menuItemIds",
                      outlet_ids AS "outletIds", starts_at AS "startsAt", ends_at AS "endsAt", ended_at AS "endedAt",
                      quantity - used AS "unitsLeft"
               FROM promotion_copy`,
      partColumn: 'id',
      read: (row) => ({ ...row, amountOff: row.amountOff === null ? null : Number(row.amountOff) }),
      onRow: ({ id, menuItemIds }) => {
        for (const itemId of menuItemIds) {
          this.#byItem.set(itemId, (this.#byItem.get(itemId) ?? new Set()).add(id));
        }
      },
    });
  }

  /** All promotions of an item at an outlet, running or not. */
  of(menuItemId: string, outletId: string): Promotion[] {
    return [...(this.#byItem.get(menuItemId) ?? [])].flatMap((id) => {
      const promotion = this.table.get(id);
      if (promotion === undefined) return [];
      const { outletIds } = promotion;
      return outletIds.length === 0 || outletIds.includes(outletId) ? [promotion] : [];
    });
  }

  unitsLeft(id: string): number | null {
    return this.table.get(id)?.unitsLeft ?? null;
  }
}
