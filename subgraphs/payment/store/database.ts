/** The payment subgraph's database: as a caller may see it, and the subgraph's own. */
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import type { Platform } from '../../../platform/platform.js';
import { type Prisma, PrismaClient } from '../../../prisma/payment/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type Work = UnitOfWork<Transaction>;
export type PaymentDatabase = StoreDatabase<PrismaClient, Transaction>;
/** Reaches every row; with the bus for statements that run outside a unit of work. */
export type OwnPaymentDatabase = OpenDatabase<PrismaClient, Transaction> & Pick<Platform['bus'], 'publish'>;

/** What reads need. */
export type WithPrisma = Pick<PaymentDatabase, 'prisma'>;
export type WithPool = Pick<PaymentDatabase, 'pool'>;
/** What single statements need that write. */
export type WithOwnPrisma = Pick<OwnPaymentDatabase, 'prisma'>;
export type WithOwnPool = Pick<OwnPaymentDatabase, 'pool'>;

export function openPaymentDatabase({ config, bus }: Pick<Platform, 'config' | 'bus'>): OwnPaymentDatabase {
  const database = openDatabase<Transaction, PrismaClient>({
    source: 'payment',
    url: config.databaseUrl('payment'),
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
  return { ...database, publish: (topic, payload) => bus.publish(topic, payload) };
}
