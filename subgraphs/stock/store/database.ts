/** The stock database, which the units `stock` and `ingest` share: readings and reservations change the same figures. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/stock/client/client.js';

export type Transaction = Prisma.TransactionClient;
/** As one caller may see it, or the subgraph's own. */
export type StockDatabase = StoreDatabase<PrismaClient, Transaction>;
/** The subgraph's own, which reaches every tenant's rows. */
export type OwnStockDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

export function openStockDatabase(url: string, bus: Pick<Bus, 'publish'>): OwnStockDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'stock',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
