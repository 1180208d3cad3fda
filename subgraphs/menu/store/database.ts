/** The menu subgraph's database: its own, and as a caller may see it. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/menu/client/client.js';

export type Transaction = Prisma.TransactionClient;
/** What store functions read and write by. */
export type MenuDatabase = StoreDatabase<PrismaClient, Transaction>;
export type OwnMenuDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

/** Nearly all connections serve reads. The menu is public, so signed-in callers, too, read it as anonymous ones. */
export function openMenuDatabase(url: string, bus: Bus): OwnMenuDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'menu',
    url,
    bus,
    ...{ connections: 4, callerConnections: 8, anonymousConnections: 12 },
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
