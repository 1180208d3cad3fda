/** The order subgraph's own database. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/order/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type OrderDatabase = OpenDatabase<PrismaClient, Transaction>;
export type OrderWork = UnitOfWork<Transaction>;

/** The `source` of this subgraph's events. */
export const SOURCE = 'order';

export function openOrderDatabase(url: string, bus: Bus): OrderDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: SOURCE,
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
