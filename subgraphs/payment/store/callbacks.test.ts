import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase } from '../../../tests/support/database.js';
import { deleteOldCallbacks } from './callbacks.js';

test('callbacks are remembered for three days', async () => {
  const fresh = await freshDatabase('payment');
  const pool = new pg.Pool({ connectionString: fresh.url, max: 1 });
  try {
    for (const age of ['71 hours', '73 hours']) {
      await pool.query(
        `INSERT INTO provider_callback (provider, event_id, handled_at) VALUES ('XENDIT', $1::text, now() - $1::text::interval)`,
        [age],
      );
    }
    await deleteOldCallbacks({ pool });
    const { rows } = await pool.query('SELECT event_id FROM provider_callback');
    expect(rows).toEqual([{ event_id: '71 hours' }]);
  } finally {
    await pool.end();
    await fresh.drop();
  }
});
