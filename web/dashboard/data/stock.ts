/** Levels of a place's items, live, and the orders that they no longer cover. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  AlertsOfOutlet,
  type AlertsOfOutletQuery,
  StockAlerts,
  type StockAlertsSubscription,
  StockLevels,
  type StockLevelsSubscription,
  StockOfOutlet,
  type StockOfOutletQuery,
  type StockRowFragment,
} from '../operations.js';
import type { Place } from '../places/places.js';

export type StockRow = StockRowFragment;
export type StockRows = ReadonlyMap<string, StockRow>;

/** When an item runs out is reckoned from its use: no event carries that it moved. */
const RUN_OUT_MILLISECONDS = 60_000;

export function useStock({ key, outlet, outlets }: Place): Live<StockRows> {
  return useLive(key, {
    snapshot: {
      document: StockOfOutlet,
      variables: outlets.map(({ id }) => ({ outletId: id })),
      read: ({ stockItems }: StockOfOutletQuery, before: StockRows | undefined) => {
        const rows = new Map(before);
        for (const row of stockItems?.nodes ?? []) rows.set(row.id, newer(rows.get(row.id), row));
        return rows;
      },
      everyMilliseconds: RUN_OUT_MILLISECONDS,
    },
    stream: {
      document: StockLevels,
      // Of many outlets it would be reckoned hundreds of times at once, as the present levels are sent.
      variables: outlets.map(({ id }) => ({ outletId: id, isDetailed: outlet !== undefined })),
      apply: (before: StockRows | undefined, { stockLevelChanged }: StockLevelsSubscription) => {
        const { stockItem } = stockLevelChanged;
        const known = before?.get(stockItem.id);
        if (known !== undefined && known.version > stockItem.version) return before ?? new Map();
        const rows = new Map(before);
        if (stockItem.removedAt !== null) rows.delete(stockItem.id);
        else
          rows.set(stockItem.id, {
            ...stockItem,
            runsOutAt: stockItem.runsOutAt ?? known?.runsOutAt ?? null,
          });
        return rows;
      },
    },
  });
}

/** A snapshot that is older than an event leaves the event's figures. */
function newer(known: StockRow | undefined, row: StockRow): StockRow {
  return known === undefined || known.version <= row.version ? row : { ...known, runsOutAt: row.runsOutAt };
}

export interface OrdersAtRisk {
  readonly count: number;
  readonly numbers: readonly string[];
}

/** By stock item. What has been covered again since is for the reader to see from the level. */
export type Alerts = ReadonlyMap<string, OrdersAtRisk>;

export function useAlerts({ key, outlets }: Place): Live<Alerts> {
  const variables = outlets.map(({ id }) => ({ outletId: id }));
  return useLive(key, {
    snapshot: {
      document: AlertsOfOutlet,
      variables,
      read: ({ stockItems }: AlertsOfOutletQuery, before: Alerts | undefined) => {
        const alerts = new Map(before);
        for (const { id, ordersAtRisk } of stockItems?.nodes ?? []) {
          const numbers = ordersAtRisk.nodes.flatMap(({ order }) => (order === null ? [] : [order.number]));
          alerts.set(id, { count: ordersAtRisk.totalCount, numbers });
        }
        return alerts;
      },
      everyMilliseconds: RUN_OUT_MILLISECONDS,
    },
    stream: {
      document: StockAlerts,
      variables,
      apply: (before: Alerts | undefined, { lowStock }: StockAlertsSubscription) => {
        if (lowStock.kind !== 'AT_RISK') return before ?? new Map();
        const numbers = (lowStock.ordersAtRisk ?? []).map(({ number }) => number);
        return new Map(before).set(lowStock.stockItem.id, { count: numbers.length, numbers });
      },
    },
  });
}
