/** What the subgraph holds of a person, for the export of the account: carts row by row, and orders with all that belongs to them. */
import type { ExportedTable } from '../../../platform/kit/personal-export.js';
import type { ExportedPart } from '../../../platform/kit/personal-rows.js';

export const EXPORTED: readonly ExportedTable[] = [
  { table: 'cart', rows: 'customer_id = $1' },
  { table: 'cart_line', rows: 'customer_id = $1', omitted: { choice: 'a hash of the columns beside it' } },
  { table: 'favourite', rows: 'customer_id = $1' },
  { table: 'order_guest', rows: 'customer_id = $1', key: 'order_id' },
];

export const EXPORTED_WITH_ORDERS: readonly ExportedPart[] = [
  {
    ...{ table: 'orders', key: 'id' },
    omitted: {
      placed_by: 'a member of the staff',
      rejected_lines: 'says what the outlet had in stock; `status_reason` says why the order was rejected',
    },
  },
  { table: 'order_line', key: 'order_id', sort: 'position' },
  { table: 'order_status_entry', key: 'order_id', sort: 'version' },
  { table: 'order_reward', key: 'order_id' },
];
