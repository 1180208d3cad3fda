/** The payment subgraph's part of the demo chain: its copy of outlets. There are no orders yet, so nothing is paid. */
import { PrismaClient } from '../payment/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { clientOptions } from './client-options.js';

/** Leaves alone what is there already, newer or not. */
export async function seedPayment(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    await prisma.outletCopy.createMany({
      data: CATALOGUE.outlets.map(({ id, franchiseId, name, timeZone }) => ({
        id,
        franchiseId,
        name,
        timeZone,
        version: 1,
      })),
      skipDuplicates: true,
    });
  } finally {
    await prisma.$disconnect();
  }
}
