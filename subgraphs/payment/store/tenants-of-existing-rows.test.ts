import { join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { readMigrationFiles } from '../../../prisma/migration-files.js';
import { freshDatabase } from '../../../tests/support/database.js';

it('refunds, closed disputes and ledger entries of before get the tenant of what they belong to', async () => {
  const { migrations } = await readMigrationFiles(join(PROJECT_FOLDER, 'prisma/payment'));
  const walls = migrations.findIndex(({ name }) => name.endsWith('_walls'));
  const empty = await freshDatabase('platform');
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  try {
    for (const { sql } of migrations.slice(0, walls)) await client.query(sql);
    const [customer, outlet, franchise, payment] = [newId(), newId(), newId(), newId()];
    await client.query(`
      BEGIN;
      INSERT INTO order_copy (id, number, customer_id, outlet_id, franchise_id, total, status, version)
        VALUES ('${payment}', 'A001', '${customer}', '${outlet}', '${franchise}', 1000, 'AWAITING_PAYMENT', 2);
      INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, paid_at,
                           refunds_held, refunded)
        VALUES ('${payment}', '${payment}', '${customer}', '${outlet}', '${franchise}', 'QRIS', 'MIDTRANS',
                'PARTIALLY_REFUNDED', 1000, now(), 100, 100);
      INSERT INTO refund (id, payment_id, amount, reason, origin, status, settled_at)
        VALUES ('${newId()}', '${payment}', 100, 'Spilled', 'STAFF', 'SUCCEEDED', now());
      INSERT INTO dispute (id, payment_id, amount, reason, status, opened_by, closed_at)
        VALUES ('${newId()}', '${payment}', 200, 'Unknown', 'WON', '${newId()}', now());
      INSERT INTO ledger_transaction (id, reason, subject_id, payment_id, provider, method, outlet_id, franchise_id)
        VALUES ('${payment}', 'CAPTURE', '${payment}', '${payment}', 'MIDTRANS', 'QRIS', '${outlet}', '${franchise}');
      INSERT INTO ledger_entry (transaction_id, account, amount)
        VALUES ('${payment}', 'SALES', -1000), ('${payment}', 'MIDTRANS_CLEARING', 1000);
      COMMIT`);
    for (const { sql } of migrations.slice(walls)) await client.query(sql);
    const tenant = { outlet, franchise };
    const tenantOf = async (table: string, also = '') =>
      (await client.query(`SELECT outlet_id AS outlet, franchise_id AS franchise ${also} FROM ${table}`))
        .rows;
    expect(await tenantOf('refund', ', customer_id AS customer')).toEqual([{ ...tenant, customer }]);
    expect(await tenantOf('dispute')).toEqual([tenant]);
    expect(await tenantOf('ledger_entry')).toEqual([tenant, tenant]);
    const change = client.query('UPDATE ledger_entry SET amount = amount');
    await expect(change).rejects.toThrow('the ledger is never changed');
  } finally {
    await client.end();
    await empty.drop();
  }
});
