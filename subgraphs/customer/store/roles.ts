/** Roles besides CUSTOMER, which everybody is. A role at an outlet belongs to the tenant that the outlet belongs to. */
import type { RoleGrant, Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import { coveredSql, covers, whereCovered } from '../../../platform/kit/tenant-scope.js';
import { type CustomerView, seesWholeAccount } from '../domain/customer.js';
import type { StaffFilter, StaffMember } from '../domain/invitation.js';
import { type GrantedRole, grantedRole } from '../domain/roles.js';
import type { CustomerDatabase, OwnCustomerDatabase, Transaction } from './database.js';

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

/** A person by id or by address. */
interface NamedPerson {
  readonly customerId: string | null;
  readonly email: string | null;
}

/** The id of a person who holds a role in the scope; null for anybody else. For those who grant roles. */
export async function findStaffId(
  { pool }: Pick<CustomerDatabase, 'pool'>,
  scope: Scope,
  { customerId, email }: NamedPerson,
): Promise<string | null> {
  const covered = coveredSql(scope, { after: 2 });
  const { rows } = await pool.query<{ id: string }>(
    `SELECT customer_id AS id FROM role_grant
     WHERE customer_id = account_named($1::uuid, $2) AND ${covered.condition} LIMIT 1`,
    [customerId, email, ...covered.values],
  );
  return rows[0]?.id ?? null;
}

/** The id of a person of whom this very role was revoked within the last hour; null for anybody else. */
export async function findStaffIdOfLate(
  { pool }: Pick<OwnCustomerDatabase, 'pool'>,
  { customerId, email }: NamedPerson,
  { role, outletId, franchiseId }: HeldRole,
): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT customer.id FROM customer
     WHERE (customer.id = $1::uuid OR customer.email = $2) AND customer.erased_at IS NULL AND EXISTS (
       SELECT FROM revocation AS revoked
       WHERE revoked.customer_id = customer.id AND revoked.at > now() - interval '1 hour' AND revoked.role = $3
         AND revoked.outlet_id IS NOT DISTINCT FROM $4::uuid AND revoked.franchise_id IS NOT DISTINCT FROM $5::uuid)`,
    [customerId, email, role, outletId, franchiseId],
  );
  return rows[0]?.id ?? null;
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

/** A role with the address of who holds it. */
export interface AddressedRole extends RoleTenant {
  readonly id: string;
  readonly email: string;
  readonly role: GrantedRole;
}

const ADDRESSED = {
  ...{ id: true, role: true, outletId: true, franchiseId: true },
  customer: { select: { email: true } },
} as const;

/** The roles that these addresses hold, as far as the caller sees the accounts: head office every one, anybody else the own. */
export async function findRolesAt(
  { prisma }: CustomerDatabase,
  emails: readonly string[],
): Promise<AddressedRole[]> {
  const where = { customer: { is: { email: { in: [...emails] }, erasedAt: null } } };
  return (await prisma.roleGrant.findMany({ where, select: ADDRESSED })).map(addressedOf);
}

/** The rows of a page of every role that is held, for head office, oldest first. @param outletId null for all. */
export async function findHeldRolePage(
  { prisma }: CustomerDatabase,
  outletId: string | null,
  page: Page,
): Promise<AddressedRole[]> {
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const found = { AND: [{ ...(outletId !== null && { outletId }) }, where] };
  return (await prisma.roleGrant.findMany({ where: found, orderBy, take, select: ADDRESSED })).map(
    addressedOf,
  );
}

interface AddressedRow extends RoleTenant {
  readonly id: string;
  readonly role: string;
  readonly customer: { readonly email: string };
}

function addressedOf({ customer, role, ...held }: AddressedRow): AddressedRole {
  return { ...held, role: grantedRole(role), email: customer.email };
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
