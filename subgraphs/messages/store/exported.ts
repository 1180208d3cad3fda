/** What the subgraph holds of a person, for the export of the account. Every statement names the person. */
import type { ExportedTable } from '../../../platform/kit/personal-export.js';

export const EXPORTED: readonly ExportedTable[] = [
  {
    table: 'mail',
    rows: 'customer_id = $1',
    omitted: { link_id: 'the token of the link is derived from it' },
  },
  {
    table: 'notification_preference',
    rows: 'customer_id = $1',
    key: `md5(kind::text || ' ' || channel::text)::uuid`,
  },
  { table: 'schedule', rows: 'customer_id = $1' },
  { table: 'quiet_hours', rows: 'customer_id = $1', key: 'customer_id' },
  {
    table: 'push_subscription',
    rows: 'customer_id = $1',
    omitted: { p256dh: 'a key of the browser', auth: 'a key of the browser' },
  },
  { table: 'push_delivery', rows: 'customer_id = $1' },
];
