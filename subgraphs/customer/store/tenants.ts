/** Copies of outlets and franchises, for events alone: a newer state replaces an older one, whatever order they come in. */
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Transaction } from './database.js';

export async function copyPlace(tx: Transaction, event: AnyEvent): Promise<void> {
  const { aggregateVersion: version } = event;
  switch (event.type) {
    case 'outlet.changed': {
      const { outletId, franchiseId, name } = event.data;
      await tx.$executeRaw`
        INSERT INTO outlet (id, franchise_id, name, version)
        VALUES (${outletId}::uuid, ${franchiseId}::uuid, ${name}, ${version})
        ON CONFLICT (id) DO UPDATE
        SET franchise_id = excluded.franchise_id, name = excluded.name, version = excluded.version
        WHERE outlet.version < excluded.version`;
      return;
    }
    case 'franchise.changed': {
      const { franchiseId, name } = event.data;
      await tx.$executeRaw`
        INSERT INTO franchise (id, name, version) VALUES (${franchiseId}::uuid, ${name}, ${version})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version
        WHERE franchise.version < excluded.version`;
    }
  }
}
