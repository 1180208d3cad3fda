/** The payment subgraph's database, with the bus for statements that run outside a unit of work. */
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import type { Platform } from '../../../platform/platform.js';
import { type Prisma, PrismaClient } from '../../../prisma/payment/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type Work = UnitOfWork<Transaction>;
export type PaymentDatabase = OpenDatabase<PrismaClient, Transaction> & Pick<Platform['bus'], 'publish'>;

/** What reads need of it, and what single statements need. */
export type WithPrisma = Pick<PaymentDatabase, 'prisma'>;
export type WithPool = Pick<PaymentDatabase, 'pool'>;

export function openPaymentDatabase({ config, bus }: Pick<Platform, 'config' | 'bus'>): PaymentDatabase {
  const database = openDatabase<Transaction, PrismaClient>({
    source: 'payment',
    url: config.databaseUrl('payment'),
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
  return { ...database, publish: (topic, payload) => bus.publish(topic, payload) };
}
