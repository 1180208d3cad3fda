/** The messages subgraph's database: its own, and as a caller may see it. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/messages/client/client.js';

export type Transaction = Prisma.TransactionClient;
/** What store functions read by. */
export type MessagesDatabase = StoreDatabase<PrismaClient, Transaction>;
export type OwnMessagesDatabase = OpenDatabase<PrismaClient, Transaction>;

/** Few people read here. */
export function openMessagesDatabase(url: string, bus: Pick<Bus, 'publish'>): OwnMessagesDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: 'messages',
    url,
    bus,
    ...{ connections: 6, callerConnections: 4 },
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}
