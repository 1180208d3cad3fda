/** Partitions of the months that the past lies in, which a new database has none of. */
import type pg from 'pg';

export async function makePartitions(
  client: pg.Client,
  tables: readonly string[],
  first: Date,
): Promise<void> {
  for (const month = new Date(first); month < new Date(); month.setUTCMonth(month.getUTCMonth() + 1)) {
    month.setUTCDate(1);
    month.setUTCHours(0, 0, 0, 0);
    for (const table of tables) {
      const { rows } = await client.query<{ known: boolean }>(
        'SELECT partitions.has_partition($1, first_id_at($2)) AS known',
        [table, month],
      );
      if (rows[0]?.known !== true)
        await client.query('CALL partitions.make_partition($1, $2)', [table, month]);
    }
  }
}
