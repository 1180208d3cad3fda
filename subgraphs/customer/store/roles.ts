/** Roles besides CUSTOMER, which everybody is. A role at an outlet belongs to the tenant that the outlet belongs to. */
import type { RoleGrant, Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { covers, whereCovered } from '../../../platform/kit/tenant-scope.js';
import { type CustomerView, seesWholeAccount } from '../domain/customer.js';
import type { StaffFilter, StaffMember } from '../domain/invitation.js';
import { type GrantedRole, grantedRole } from '../domain/roles.js';
import type { CustomerDatabase, Transaction } from './database.js';

const CUSTOMER: RoleGrant = { role: 'CUSTOMER', outletId: null, franchiseId: null };

/** The tenant columns of a role. */
export interface RoleTenant {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface HeldRole extends RoleTenant {
  readonly role: string;
}

interface RoleRow extends HeldRole {
  readonly customerId: string;
}

/** Every role of a person, for deciding what they may grant. */
export async function findEveryRole({ prisma }: CustomerDatabase, customerId: string): Promise<RoleGrant[]> {
  const rows = await prisma.roleGrant.findMany({ where: { customerId }, orderBy: { id: 'asc' } });
  return grantsOf(rows);
}

/** What an access token says of a person's roles. */
export function grantsOf(roles: readonly HeldRole[]): RoleGrant[] {
  return [CUSTOMER, ...roles.map(grantOf)];
}

/** The roles of each: all for the person and head office, otherwise those at places where the caller grants roles. */
export async function findRoles(
  { prisma }: CustomerDatabase,
  scope: Scope,
  customers: readonly CustomerView[],
): Promise<RoleGrant[][]> {
  const rows = await prisma.roleGrant.findMany({
    where: { customerId: { in: customers.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  return customers.map(({ id, access }) => {
    const isVisible = (row: RoleRow) =>
      row.customerId === id && (seesWholeAccount(access) || liesIn(scope, row));
    return [CUSTOMER, ...rows.filter(isVisible).map(grantOf)];
  });
}

/** Who holds which role, the last granted first. */
export async function findStaffPage(
  { prisma }: CustomerDatabase,
  scope: Scope,
  { outletId, franchiseId, role }: StaffFilter,
  page: Page,
): Promise<CountedConnection<StaffMember>> {
  const found = {
    AND: [
      whereCovered(scope),
      {
        ...(outletId !== null && { outletId }),
        ...(franchiseId !== null && { franchiseId }),
        ...(role !== null && { role }),
      },
    ],
  };
  const { where, orderBy, take } = idKeysetOf(page, 'desc');
  const rows = await prisma.roleGrant.findMany({ where: { AND: [found, where] }, orderBy, take });
  return connectionOf(
    page,
    rows.map((row) => ({ ...row, role: grantedRole(row.role) })),
    ({ id }) => id,
    () => prisma.roleGrant.count({ where: found }),
  );
}

/** Changes nothing when the person holds the role there. @returns whether it is new. */
export async function insertRole(
  tx: Transaction,
  role: {
    readonly customerId: string;
    readonly role: GrantedRole;
    readonly grantedBy: string | null;
  } & RoleTenant,
): Promise<boolean> {
  const { count } = await tx.roleGrant.createMany({ data: [{ id: newId(), ...role }], skipDuplicates: true });
  return count > 0;
}

/** @returns whether the person held the role there. */
export async function deleteRole(
  tx: Transaction,
  role: { readonly customerId: string; readonly role: GrantedRole } & RoleTenant,
): Promise<boolean> {
  const { count } = await tx.roleGrant.deleteMany({ where: role });
  return count > 0;
}

function liesIn(scope: Scope, { franchiseId, outletId }: RoleRow): boolean {
  return franchiseId !== null && covers(scope, { franchiseId, outletId });
}

/** As the contract shows it: a role at an outlet names the outlet alone. */
function grantOf({ role, outletId, franchiseId }: HeldRole): RoleGrant {
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
