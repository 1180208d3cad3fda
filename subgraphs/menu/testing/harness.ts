/** The menu subgraph under test with the demo menu in it, the identities of its callers, and what it has published. */
import type { Identity, Role } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedMenu } from '../../../prisma/seed/menu.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startMenu } from '../index.js';

export function startTestMenu(): Promise<TestSubgraph> {
  return startTestSubgraph('menu', startMenu, { seed: seedMenu });
}

export interface PublishedEvent {
  readonly type: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly data: unknown;
}

/** What copies of the menu are made of, oldest first: without the records for the audit trail. */
export async function publishedBy({ pool }: TestSubgraph): Promise<PublishedEvent[]> {
  const { rows } = await pool.query<PublishedEvent>(
    `SELECT type, aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion", data FROM outbox
     WHERE type <> 'change.recorded' ORDER BY id`,
  );
  return rows;
}

export const [MENTENG, BLOK_M] = CATALOGUE.outlets
  .filter(({ city }) => city === 'Jakarta')
  .map(({ id }) => id);
export const SANUR = CATALOGUE.outlets.find(({ name }) => name === 'Kedai Sanur')?.id;

const [jakarta, priangan] = CATALOGUE.franchises.map(({ id }) => id);
export const JAKARTA_RAYA = jakarta;
export const PRIANGAN = priangan;

export const CUSTOMER = identity('CUSTOMER');
export const MANAGER = identity('MANAGER', { outletId: MENTENG });
export const BARISTA = identity('BARISTA', { outletId: MENTENG });
export const OWNER = identity('OWNER', { franchiseId: JAKARTA_RAYA });
export const HQ = identity('HQ');

export function itemNamed(name: string) {
  const item = CATALOGUE.menuItems.find((each) => each.name === name);
  if (item === undefined) throw new Error(`No ${name} on the menu`);
  return item;
}

function identity(
  role: Role,
  place: { readonly outletId?: string | undefined; readonly franchiseId?: string | undefined } = {},
): Identity {
  const { outletId = null, franchiseId = null } = place;
  return { customerId: newId(), roles: [{ role, outletId, franchiseId }] };
}
