/** The stock database, which the units `stock` and `ingest` share: readings and reservations change the same figures. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/stock/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type StockDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

export function openStockDatabase(url: string, bus: Bus): StockDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'stock',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
