/** The customer subgraph's part of the demo chain: its people, their roles, and its copies of franchises and outlets. */
import { PrismaClient } from '../customer/client/client.js';
import { CATALOGUE } from './catalogue.js';
import { DEMO_PASSWORD_HASH } from './chain.js';
import { clientOptions } from './client-options.js';
import { SEED_TIME, seedId } from './ids.js';
import { REWARDS } from './rewards.js';

const { franchises, outlets, people } = CATALOGUE;

/** Does nothing where the demo people exist. */
export async function seedCustomer(url: string): Promise<void> {
  const prisma = new PrismaClient(clientOptions(url));
  try {
    if ((await prisma.customer.count({ where: { id: { in: people.map(({ id }) => id) } } })) > 0) return;
    const accounts = people.map(({ id, email, name, phone }) => ({
      ...{ id, email, name, phone, createdAt: SEED_TIME, emailVerifiedAt: SEED_TIME },
      phoneVersion: 1,
      passwordHash: DEMO_PASSWORD_HASH,
    }));
    await prisma.$transaction([
      prisma.franchise.createMany({ data: franchises.map((franchise) => ({ ...franchise, version: 1 })) }),
      prisma.outlet.createMany({
        data: outlets.map(({ id, franchiseId, name }) => ({ id, franchiseId, name, version: 1 })),
      }),
      prisma.customer.createMany({ data: accounts }),
      prisma.reward.createMany({ data: [...REWARDS] }),
      prisma.roleGrant.createMany({ data: roleGrants() }),
    ]);
  } finally {
    await prisma.$disconnect();
  }
}

function roleGrants() {
  const franchiseOf = new Map(outlets.map(({ id, franchiseId }) => [id, franchiseId]));
  return people
    .flatMap(({ id: customerId, roles }) => roles.map((grant) => ({ customerId, ...grant })))
    .map(({ customerId, role, outletId, franchiseId }, ordinal) => ({
      id: seedId('role-grant', ordinal),
      customerId,
      role,
      outletId,
      franchiseId: outletId === null ? franchiseId : (franchiseOf.get(outletId) ?? null),
      grantedAt: SEED_TIME,
    }));
}
