/** The menu subgraph's own database. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/menu/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type MenuDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

export function openMenuDatabase(url: string, bus: Bus): MenuDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'menu',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
