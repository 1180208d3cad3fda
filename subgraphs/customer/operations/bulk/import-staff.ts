/**
 * `importStaff` and `exportStaff`: staff as a table, a line for a role at a place. Importing invites by mail. Who was invited to the same
 * before, and has accepted or still can, gets no second mail, nor does who holds the role where the caller sees the account. As with
 * `inviteStaff`, nothing is said of whether an address has an account. Head office exports the roles that are held and open invitations,
 * anybody else, who sees no addresses of staff, the invitations that were accepted or still can be.
 */
import { oneOf, optional, text } from '../../../../platform/bulk/cells.js';
import { type ExportedPage, exportPage } from '../../../../platform/bulk/export-table.js';
import {
  badCell,
  executePlan,
  faultsOfResult,
  type ImportResult,
  type Plan,
  type Row,
  readTable,
  type Step,
  type Table,
} from '../../../../platform/bulk/import-table.js';
import { OUTLET_NAMES, outletFinder } from '../../../../platform/bulk/named-outlets.js';
import { nameFinder } from '../../../../platform/bulk/named-things.js';
import { notFound, type UserError } from '../../../../platform/errors.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { idKeysetOf, type Page } from '../../../../platform/kit/paging.js';
import type { ImportStaffInput } from '../../../../schema/types/customer.js';
import type { Context } from '../../context.js';
import { GRANTED_ROLES, type GrantedRole, mayHire } from '../../domain/roles.js';
import type { Work } from '../../store/database.js';
import { findInvitationsTo, findSentInvitationPage } from '../../store/invitations.js';
import { findHeldRolePage, findRolesAt } from '../../store/roles.js';
import { findCoveredFranchises, findCoveredOutlets } from '../../store/tenants.js';
import { addressed, type Offer, sendInvitation } from '../invite-staff.js';

export const STAFF_COLUMNS = {
  email: text,
  role: oneOf(GRANTED_ROLES),
  ...OUTLET_NAMES,
  franchise: optional(text),
} as const;

type StaffRow = Row<typeof STAFF_COLUMNS>;

export async function importStaff(
  context: Context,
  { csv, dryRun }: ImportStaffInput,
): Promise<{ readonly result: ImportResult; readonly userErrors: readonly UserError[] }> {
  const table = readTable(STAFF_COLUMNS, { required: ['email', 'role'] }, csv);
  const plan = await planStaff(context, table);
  const { database, cause } = context;
  const result = await executePlan(table, plan, dryRun ?? false, (run) => database.work(cause, run));
  return { result, userErrors: faultsOfResult(result) };
}

async function planStaff(context: Context, { rows, bad }: Table<typeof STAFF_COLUMNS>): Promise<Plan<Work>> {
  const { database, identity, loaders } = context;
  const scope = scopeFor(identity, 'staff:hire');
  const outlets = await findCoveredOutlets(database, scope);
  const outletOf = outletFinder(outlets);
  const namedFranchise = nameFinder(await findCoveredFranchises(database, scope), {
    column: 'franchise',
    expected: 'the name of a franchise of yours',
  });
  const inviter = await loaders.customer.load(callerOf(identity));
  const placeOf = ({ line, values: { role, ...names } }: StaffRow) => {
    if (role === 'BARISTA' || role === 'MANAGER') {
      const outlet = outletOf(line, names, bad);
      if (outlet === undefined) return undefined;
      return { outletId: outlet.id, franchiseId: outlet.franchiseId, placeName: outlet.name };
    }
    if (names.outlet != null || names.outletId != null)
      bad.add(line, names.outlet == null ? 'outletId' : 'outlet', `empty: ${role} works at no one outlet`);
    if (role === 'HQ') {
      if (names.franchise != null) bad.add(line, 'franchise', 'empty: HQ works for the whole chain');
      return { outletId: null, franchiseId: null, placeName: null };
    }
    const franchise = namedFranchise(line, names.franchise, bad);
    if (franchise === undefined) return undefined;
    return { outletId: null, franchiseId: franchise.id, placeName: franchise.name };
  };
  const offers: { readonly line: number; readonly offer: Offer; readonly placeName: string | null }[] = [];
  for (const row of rows) {
    const { line, values } = row;
    const addressee = await bad.collectFaults(line, () => parseInput(addressed, { email: values.email }));
    const { role } = values;
    if (role === undefined) continue;
    await bad.collectFaults(line, () => {
      const place = placeOf(row);
      if (place === undefined) return;
      const { outletId, franchiseId, placeName } = place;
      if (!mayHire(scope, role, place)) throw badCell('role', 'a role that you may give there');
      if (addressee === undefined) return;
      const { email } = addressee;
      offers.push({ line, placeName, offer: { email, role, outletId, franchiseId } });
    });
  }
  const emails = [...new Set(offers.map(({ offer }) => offer.email))];
  const [invitations, roles] = await Promise.all([
    findInvitationsTo(database, emails),
    findRolesAt(database, emails),
  ]);
  const known = new Set([...invitations, ...roles].map(keyOf));
  const steps: Step<Work>[] = [];
  let unchanged = 0;
  for (const { line, offer, placeName } of offers) {
    if (known.has(keyOf(offer))) unchanged += 1;
    else {
      known.add(keyOf(offer));
      const names = { placeName, inviterName: inviter?.name ?? null };
      const write = async (work: Work) => {
        await sendInvitation(work, context, 'importStaff', offer, names);
      };
      steps.push({ line, outcome: 'CREATED', write });
    }
  }
  return { steps, unchanged };
}

function keyOf({ email, role, outletId, franchiseId }: Offer): string {
  return [email, role, outletId, franchiseId].join(' ');
}

/** @throws NOT_FOUND for an outlet where the caller hires nobody. */
export async function exportStaff(
  { database, identity }: Context,
  outletId: string | null,
  page: Page,
): Promise<ExportedPage> {
  const scope = scopeFor(identity, 'staff:hire');
  const outlets = new Map((await findCoveredOutlets(database, scope)).map(({ id, name }) => [id, name]));
  if (outletId !== null && !outlets.has(outletId)) throw notFound('Outlet');
  const franchises = new Map(
    (await findCoveredFranchises(database, scope)).map(({ id, name }) => [id, name]),
  );
  const isAcceptedToo = !scope.everywhere;
  const [held, invitations] = await Promise.all([
    scope.everywhere ? findHeldRolePage(database, outletId, page) : [],
    findSentInvitationPage(database, scope, { outletId, isAcceptedToo }, page),
  ]);
  const { take } = idKeysetOf(page, 'asc');
  const found = [...held, ...invitations].toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return exportPage(STAFF_COLUMNS, page, found.slice(0, take), (lines) =>
    lines.map(({ email, role, outletId, franchiseId }) => ({
      ...{ email, role, outletId, outlet: outletId === null ? null : (outlets.get(outletId) ?? null) },
      franchise: franchiseOf(role, franchiseId, franchises),
    })),
  );
}

function franchiseOf(
  role: GrantedRole,
  franchiseId: string | null,
  names: ReadonlyMap<string, string>,
): string | null {
  return role === 'OWNER' && franchiseId !== null ? (names.get(franchiseId) ?? null) : null;
}
