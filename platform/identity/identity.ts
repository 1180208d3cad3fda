/**
 * The caller of an operation and what they may access. The gateway verifies the access token once and passes this on; every
 * store function takes the `Scope` made from it, so no row is read or written without naming the caller's tenants.
 *
 * The table of permissions stands here although roles are granted in the customer subgraph: what a role may do is one decision
 * for all subgraphs, each of which reads it, and for the gateway, which enforces it as scopes.
 */
import { ErrorCode, requestError } from '../errors.js';

export const ROLES = ['CUSTOMER', 'BARISTA', 'MANAGER', 'OWNER', 'HQ'] as const;
export type Role = (typeof ROLES)[number];

/** A role held at one outlet (BARISTA, MANAGER), over one franchise (OWNER), or everywhere (CUSTOMER, HQ). */
export interface RoleGrant {
  readonly role: Role;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface Identity {
  /** Null where the caller is not signed in. */
  readonly customerId: string | null;
  /** The sign-in that the access token belongs to. */
  readonly sessionId?: string;
  readonly roles: readonly RoleGrant[];
}

export const ANONYMOUS: Identity = { customerId: null, roles: [] };

/** The caller's customer id, for fields that require a signed-in caller. @throws UNAUTHENTICATED */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}

/** The permissions of each role. These are the scopes of the access token and of `@requiresScopes` in the schemas. */
const PERMISSIONS = {
  CUSTOMER: [],
  BARISTA: [
    'orders:read',
    'orders:prepare',
    'payments:read',
    'payments:confirm',
    'stock:read',
    'stock:waste',
  ],
  MANAGER: [
    'orders:read',
    'orders:prepare',
    'orders:cancel',
    'payments:read',
    'payments:confirm',
    'payments:refund',
    'disputes:manage',
    'stock:read',
    'stock:manage',
    'stock:waste',
    'purchasing:read',
    'purchasing:write',
    'menu:price',
    'outlets:operate',
    'sales:read',
    'finance:read',
    'audit:read',
    'staff:hire',
    'webhooks:manage',
    'schedules:manage',
  ],
  OWNER: [
    'orders:read',
    'orders:prepare',
    'orders:cancel',
    'payments:read',
    'payments:confirm',
    'payments:refund',
    'disputes:manage',
    'stock:read',
    'stock:manage',
    'stock:waste',
    'purchasing:read',
    'purchasing:write',
    'suppliers:manage',
    'menu:price',
    'outlets:operate',
    'sales:read',
    'audit:read',
    'finance:read',
    'roles:grant',
    'staff:hire',
    'outlets:manage',
    'webhooks:manage',
    'schedules:manage',
  ],
  HQ: [
    'orders:read',
    'orders:prepare',
    'orders:cancel',
    'payments:read',
    'payments:confirm',
    'payments:refund',
    'disputes:manage',
    'stock:read',
    'stock:manage',
    'stock:waste',
    'purchasing:read',
    'purchasing:write',
    'suppliers:manage',
    'menu:price',
    'menu:manage',
    'outlets:operate',
    'sales:read',
    'audit:read',
    'finance:read',
    'roles:grant',
    'staff:hire',
    'outlets:manage',
    'franchises:manage',
    'ingredients:manage',
    'dead-letters:manage',
    'mail:read',
    'settlements:import',
    'accounts:secure',
    'webhooks:manage',
    'schedules:manage',
  ],
} as const satisfies Record<Role, readonly string[]>;

export type Permission = (typeof PERMISSIONS)[Role][number];

/** The tenants in which a caller holds one permission, and the caller's own customer id. */
export interface Scope {
  readonly customerId: string | null;
  /** True for head office: no tenant wall. */
  readonly everywhere: boolean;
  readonly franchiseIds: readonly string[];
  readonly outletIds: readonly string[];
}

/** Every permission the identity holds somewhere, as the access token's `scope` claim lists them. */
export function permissionsOf(identity: Identity): Permission[] {
  return [...new Set(identity.roles.flatMap((grant): readonly Permission[] => PERMISSIONS[grant.role]))];
}

/** The scope in which `identity` holds `permission`: only the grants that carry it count. */
export function scopeFor(identity: Identity, permission: Permission): Scope {
  const grants = identity.roles.filter(({ role }) =>
    (PERMISSIONS[role] as readonly Permission[]).includes(permission),
  );
  return {
    customerId: identity.customerId,
    everywhere: grants.some(({ role }) => role === 'HQ'),
    franchiseIds: grants.flatMap(({ role, franchiseId }) =>
      role === 'OWNER' && franchiseId ? [franchiseId] : [],
    ),
    outletIds: grants.flatMap(({ role, outletId }) => (role !== 'OWNER' && outletId ? [outletId] : [])),
  };
}

/** Every tenant where the caller holds any role, whatever it permits: as far as the database lets the caller reach. */
export function tenantsOf({ customerId, roles }: Identity): Scope {
  return {
    customerId,
    everywhere: roles.some(({ role }) => role === 'HQ'),
    franchiseIds: roles.flatMap(({ role, franchiseId }) =>
      role === 'OWNER' && franchiseId ? [franchiseId] : [],
    ),
    outletIds: roles.flatMap(({ outletId }) => outletId ?? []),
  };
}

/** The scope of what a caller owns as a customer: no tenants. */
export function ownScope(identity: Identity): Scope {
  return { customerId: identity.customerId, everywhere: false, franchiseIds: [], outletIds: [] };
}
