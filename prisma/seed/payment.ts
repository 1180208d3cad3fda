/** The payment subgraph's part of the demo chain: its copies of franchises and outlets, without payments. */
import { PrismaClient } from '../payment/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { clientOptions } from './client-options.js';

/** Skips rows that exist. */
export async function seedPayment(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    await prisma.franchiseCopy.createMany({
      data: CATALOGUE.franchises.map(({ id }) => ({ id })),
      skipDuplicates: true,
    });
    await prisma.outletCopy.createMany({
      data: CATALOGUE.outlets.map(({ id, franchiseId, name, address, timeZone }) => ({
        id,
        franchiseId,
        name,
        address,
        timeZone,
        version: 1,
      })),
      skipDuplicates: true,
    });
  } finally {
    await prisma.$disconnect();
  }
}
