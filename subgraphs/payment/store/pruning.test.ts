import pg from 'pg';
import { expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { freshDatabase } from '../../../tests/support/database.js';
import { prune } from './pruning.js';

test('keys and callbacks are kept for days and not for ever', async () => {
  const fresh = await freshDatabase('payment');
  const pool = new pg.Pool({ connectionString: fresh.url, max: 1 });
  try {
    for (const age of ['71 hours', '73 hours']) {
      await pool.query(
        `INSERT INTO idempotency (scope, key, input_hash, result_id, created_at) VALUES ('payOrder', $1::text, '', $2, now() - $1::text::interval)`,
        [age, newId()],
      );
      await pool.query(
        `INSERT INTO provider_callback (provider, event_id, handled_at) VALUES ('XENDIT', $1::text, now() - $1::text::interval)`,
        [age],
      );
    }
    await prune({ pool });
    const { rows } = await pool.query(
      'SELECT key FROM idempotency UNION ALL SELECT event_id FROM provider_callback',
    );
    expect(rows).toEqual([{ key: '71 hours' }, { key: '71 hours' }]);
  } finally {
    await pool.end();
    await fresh.drop();
  }
});
