/** The customer subgraph's own database. */
import type { Bus } from '../../../platform/bus/bus.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/customer/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type CustomerDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

export function openCustomerDatabase(url: string, bus: Bus): CustomerDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'customer',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
