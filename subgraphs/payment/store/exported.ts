/** What the subgraph holds of a person's orders, for the export of the account: payments and refunds, archived ones, too. */
import type { ExportedPart } from '../../../platform/kit/personal-rows.js';

export const EXPORTED_WITH_ORDERS: readonly ExportedPart[] = [
  { table: 'payment', key: 'id' },
  { table: 'refund', key: 'payment_id', sort: 'id' },
];
