/** Who calls the stock subgraph in its tests, where they may, and what the seeded outlets have. */
import type { Identity } from '../../../platform/identity/identity.js';
import { CATALOGUE, type SeedStockItem } from '../../../prisma/seed/catalogue.js';
import { STAFFED_OUTLET_ID } from '../../../prisma/seed/chain.js';

export const RINA = identityOf('rina');
export const SARI = identityOf('sari');
export const BUDI = identityOf('budi');
export const DEWI = identityOf('dewi');
export const HQ = identityOf('hq');

/** Where Sari and Budi work, below Dewi. */
export const OWN_OUTLET = STAFFED_OUTLET_ID;
/** Of another franchise. */
export const FOREIGN_OUTLET = foreignOutlet();

export function seededItem(ingredientName: string, outletId: string = OWN_OUTLET): SeedStockItem {
  const ingredient = CATALOGUE.ingredients.find(({ name }) => name === ingredientName);
  const item = CATALOGUE.stockItems.find(
    (each) => each.outletId === outletId && each.ingredientId === ingredient?.id,
  );
  if (item === undefined) throw new Error(`No ${ingredientName} at ${outletId}`);
  return item;
}

function foreignOutlet(): string {
  const own = CATALOGUE.outlets.find(({ id }) => id === STAFFED_OUTLET_ID);
  const foreign = CATALOGUE.outlets.find(({ franchiseId }) => franchiseId !== own?.franchiseId);
  if (foreign === undefined) throw new Error('The catalogue has more than one franchise');
  return foreign.id;
}

function identityOf(account: string): Identity & { readonly customerId: string } {
  const person = CATALOGUE.people.find(({ email }) => email === `${account}@kedai.test`);
  if (person === undefined) throw new Error(`No ${account} in the catalogue`);
  return {
    customerId: person.id,
    roles: [{ role: 'CUSTOMER', outletId: null, franchiseId: null }, ...person.roles],
  };
}
