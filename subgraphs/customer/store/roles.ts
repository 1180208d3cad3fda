/** Who holds which role where. A role at an outlet belongs to the outlet's franchise, whose owner gives and takes it. */
import { notFound, UserFault } from '../../../platform/errors.js';
import { covers, type RoleGrant, type Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import type { NamedRole, Place } from '../domain/roles.js';
import type { CustomerView } from './customers.js';
import type { CustomerDatabase, Transaction } from './database.js';

const CUSTOMER: RoleGrant = { role: 'CUSTOMER', outletId: null, franchiseId: null };

interface RoleRow {
  readonly customerId: string;
  readonly role: string;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

/** Every role of somebody who has just proved who they are: what their access token says. */
export async function readRolesForToken(
  { prisma }: CustomerDatabase,
  customerId: string,
): Promise<RoleGrant[]> {
  const rows = await prisma.roleGrant.findMany({ where: { customerId }, orderBy: { id: 'asc' } });
  return [CUSTOMER, ...rows.map(grantOf)];
}

/** The roles of each: all of them for the person and head office, otherwise those at places where the caller gives roles. */
export async function readRoles(
  { prisma }: CustomerDatabase,
  scope: Scope,
  customers: readonly CustomerView[],
): Promise<RoleGrant[][]> {
  const rows = await prisma.roleGrant.findMany({
    where: { customerId: { in: customers.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  return customers.map(({ id, access }) => {
    const isVisible = (row: RoleRow) => row.customerId === id && (access !== 'staff' || liesIn(scope, row));
    return [CUSTOMER, ...rows.filter(isVisible).map(grantOf)];
  });
}

/** Giving a role that is held already changes nothing. @throws NOT_FOUND when the place lies outside the scope. */
export async function grantRole(
  { prisma }: CustomerDatabase,
  scope: Scope,
  customerId: string,
  { role, place }: NamedRole,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const tenant = await tenantOf(tx, scope, place);
    const data = { id: newId(), customerId, role, ...tenant, grantedBy: scope.customerId };
    await tx.roleGrant.createMany({ data: [data], skipDuplicates: true });
  });
}

/** @throws UserFault NOT_FOUND when the person does not hold the role there. */
export async function revokeRole(
  { prisma }: CustomerDatabase,
  scope: Scope,
  customerId: string,
  { role, place }: NamedRole,
): Promise<void> {
  if (role === 'HQ' && customerId === scope.customerId) {
    throw UserFault.of(
      'INVALID_STATE',
      'Head office cannot lock itself out: somebody else has to take this role',
    );
  }
  await prisma.$transaction(async (tx) => {
    const tenant = await tenantOf(tx, scope, place);
    const { count } = await tx.roleGrant.deleteMany({ where: { customerId, role, ...tenant } });
    if (count === 0) throw UserFault.of('NOT_FOUND', 'This person does not hold that role there', ['role']);
  });
}

/** The tenant columns of a place. */
async function tenantOf(tx: Transaction, scope: Scope, place: Place) {
  switch (place.kind) {
    case 'everywhere':
      return { outletId: null, franchiseId: null };
    case 'franchise': {
      const { franchiseId } = place;
      const known = isId(franchiseId) && (await tx.franchise.count({ where: { id: franchiseId } })) === 1;
      if (!known || !covers(scope, { franchiseId })) throw notFound('Franchise');
      return { outletId: null, franchiseId };
    }
    case 'outlet': {
      const { outletId } = place;
      const outlet = isId(outletId) ? await tx.outlet.findUnique({ where: { id: outletId } }) : null;
      if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId }))
        throw notFound('Outlet');
      return { outletId, franchiseId: outlet.franchiseId };
    }
  }
}

function liesIn(scope: Scope, { franchiseId, outletId }: RoleRow): boolean {
  return franchiseId !== null && covers(scope, { franchiseId, outletId });
}

/** As the contract shows it: an outlet's role names the outlet alone. */
function grantOf({ role, outletId, franchiseId }: RoleRow): RoleGrant {
  switch (role) {
    case 'BARISTA':
    case 'MANAGER':
      return { role, outletId, franchiseId: null };
    case 'OWNER':
      return { role, outletId: null, franchiseId };
    case 'HQ':
      return { role, outletId: null, franchiseId: null };
    default:
      throw new Error(`No such role: ${role}`);
  }
}
