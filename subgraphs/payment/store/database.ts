/** The payment subgraph's database. */
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import type { Platform } from '../../../platform/platform.js';
import { type Prisma, PrismaClient } from '../../../prisma/payment/client/client.js';

export type Transaction = Prisma.TransactionClient;
export type Work = UnitOfWork<Transaction>;
export type PaymentDatabase = OpenDatabase<PrismaClient, Transaction>;

export function openPaymentDatabase(platform: Pick<Platform, 'config' | 'bus'>): PaymentDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'payment',
    url: platform.config.databaseUrl('payment'),
    bus: platform.bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
