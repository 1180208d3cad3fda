/** The messages subgraph's part of the demo chain: which franchise each outlet belongs to. */
import { PrismaClient } from '../messages/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { clientOptions } from './client-options.js';

/** Skips rows that exist. */
export async function seedMessages(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    await prisma.outlet.createMany({
      data: CATALOGUE.outlets.map(({ id, franchiseId }) => ({ id, franchiseId, version: 1 })),
      skipDuplicates: true,
    });
  } finally {
    await prisma.$disconnect();
  }
}
