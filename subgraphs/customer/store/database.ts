/** The customer subgraph's database: its own, and as a caller may see it. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/customer/client/client.js';

export type Transaction = Prisma.TransactionClient;
/** What store functions read and write by. */
export type CustomerDatabase = StoreDatabase<PrismaClient, Transaction>;
export type OwnCustomerDatabase = OpenDatabase<PrismaClient, Transaction>;
export type Work = UnitOfWork<Transaction>;

export function openCustomerDatabase(url: string, bus: Pick<Bus, 'publish'>): OwnCustomerDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'customer',
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
