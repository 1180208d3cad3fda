/** The customer subgraph under test with the demo people in it, and their identities as the gateway sends them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity } from '../../../platform/identity/identity.js';
import { generateKeyFiles } from '../../../platform/identity/keys.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedCustomer } from '../../../prisma/seed/customer.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startCustomer } from '../index.js';

export async function startTestCustomer(): Promise<TestSubgraph> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-keys-'));
  const { privateKeyFile } = await generateKeyFiles(folder);
  const subgraph = await startTestSubgraph('customer', startCustomer, {
    seed: seedCustomer,
    settings: { JWT_PRIVATE_KEY_FILE: privateKeyFile },
  });
  return {
    ...subgraph,
    async stop() {
      await subgraph.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const RINA = identityOf('rina');
export const SARI = identityOf('sari');
export const BUDI = identityOf('budi');
export const DEWI = identityOf('dewi');
export const HQ = identityOf('hq');

type Person = Identity & { readonly customerId: string };

function identityOf(account: string): Person {
  const person = CATALOGUE.people.find(({ email }) => email === `${account}@kedai.test`);
  if (person === undefined) throw new Error(`No ${account} in the catalogue`);
  return {
    customerId: person.id,
    roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...person.roles],
  };
}
