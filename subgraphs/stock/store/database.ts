/** The stock subgraph's own database, which the ingest unit shares: what a scale says and what is promised are one truth. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { Prisma, PrismaClient } from '../../../prisma/stock/client/client.js';

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

export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
