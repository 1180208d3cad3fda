/** What the subgraph holds of a person, for the export of the account. Every statement names the person. */
import type { ExportedTable } from '../../../platform/kit/personal-export.js';

export const EXPORTED: readonly ExportedTable[] = [
  {
    table: 'customer',
    rows: 'id = $1',
    omitted: { password_hash: 'what a password is verified with is a secret' },
  },
  {
    table: 'second_factor',
    rows: 'customer_id = $1',
    key: 'customer_id',
    omitted: {
      sealed_secret: 'a secret, which the app of the person has',
      recovery_hashes: 'what codes are verified with is a secret',
    },
  },
  { table: 'role_grant', rows: 'customer_id = $1', omitted: { granted_by: 'says who another person is' } },
  { table: 'session', rows: 'customer_id = $1' },
  {
    table: 'account_link',
    // Invitations are to an address: its owner's once it is confirmed.
    rows: `customer_id = $1 OR purpose = 'invitation'
      AND email = (SELECT email FROM customer WHERE id = $1 AND email_verified_at IS NOT NULL)`,
    omitted: {
      id: 'the token of the link is derived from it',
      invited_by: 'says who another person is',
    },
  },
  { table: 'notification', rows: 'customer_id = $1' },
  { table: 'loyalty_account', rows: 'customer_id = $1', key: 'customer_id' },
  { table: 'loyalty_entry', rows: 'customer_id = $1' },
  { table: 'redemption', rows: 'customer_id = $1' },
  { table: 'analytics_consent', rows: 'customer_id = $1' },
  { table: 'outlet_guest', rows: 'customer_id = $1', key: 'outlet_id' },
  { table: 'audit_entry', rows: 'actor_id = $1' },
];
