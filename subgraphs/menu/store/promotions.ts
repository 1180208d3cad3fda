/**
 * Promotions: what they are for never changes, they only end. Each change tells the whole state, so that the order subgraph
 * prices from its copy; the pieces of a limited one are counted there, where they are sold.
 */
import { ErrorCode, notFound, requestError, type UserError, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { covers, type Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type Connection, connectionOf, type Page } from '../../../platform/paging.js';
import type { Prisma } from '../../../prisma/menu/client/client.js';
import { faultsOfPromotion, type PromotionDraft } from '../domain/promotion.js';
import type { MenuDatabase, Transaction, Work } from './database.js';

export interface PromotionRow extends PromotionDraft {
  readonly id: string;
  readonly endedAt: Date | null;
  readonly version: number;
}

/** An item at an outlet. */
export interface Offer {
  readonly menuItemId: string;
  readonly outletId: string;
}

const IN_FULL = {
  items: { select: { menuItemId: true }, orderBy: { menuItemId: 'asc' } },
  outlets: {
    select: { outletId: true, outlet: { select: { franchiseId: true } } },
    orderBy: { outletId: 'asc' },
  },
} satisfies Prisma.PromotionInclude;

type StoredPromotion = Prisma.PromotionGetPayload<{ include: typeof IN_FULL }>;

/** @throws FORBIDDEN for every outlet, which naming none means, without head office's scope. */
export function demandReach(scope: Scope, outletIds: readonly string[]): void {
  if (outletIds.length > 0 || scope.everywhere) return;
  throw requestError(ErrorCode.FORBIDDEN, 'Only head office promotes at every outlet');
}

/** @throws FORBIDDEN as `demandReach`, UserFault for what cannot be run. */
export async function createPromotion(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  draft: PromotionDraft,
): Promise<PromotionRow> {
  demandReach(scope, draft.outletIds);
  const faults = faultsOfPromotion(draft, new Date());
  if (faults.length > 0) throw new UserFault(faults);
  const { menuItemIds, outletIds, ...columns } = draft;
  return database.work(cause, async (work) => {
    const unknown = await unknownIn(work.tx, scope, draft);
    if (unknown.length > 0) throw new UserFault(unknown);
    const stored = await work.tx.promotion.create({
      data: {
        ...columns,
        id: newId(),
        version: 1,
        items: { create: menuItemIds.map((menuItemId) => ({ menuItemId })) },
        outlets: { create: outletIds.map((outletId) => ({ outletId })) },
      },
      include: IN_FULL,
    });
    return tellChanged(work, stored);
  });
}

/** Ending what is over changes nothing. @throws NOT_FOUND unless the scope holds all its outlets. */
export async function endPromotion(
  database: MenuDatabase,
  cause: Cause,
  scope: Scope,
  id: string,
): Promise<PromotionRow> {
  if (!isId(id)) throw notFound('Promotion');
  return database.work(cause, async (work) => {
    const { tx } = work;
    await tx.$queryRaw`SELECT 1 FROM promotion WHERE id = ${id}::uuid FOR UPDATE`;
    const before = await tx.promotion.findUnique({ where: { id }, include: IN_FULL });
    if (before === null || !mayChange(scope, before)) throw notFound('Promotion');
    const now = new Date();
    if (before.endedAt !== null || before.endsAt <= now) return promotionOf(before);
    const stored = await tx.promotion.update({
      where: { id },
      data: { endedAt: now, version: { increment: 1 } },
      include: IN_FULL,
    });
    return tellChanged(work, stored);
  });
}

export async function readPromotions(
  { prisma }: MenuDatabase,
  ids: readonly string[],
): Promise<(PromotionRow | null)[]> {
  const rows = await prisma.promotion.findMany({
    where: { id: { in: ids.filter(isId) } },
    include: IN_FULL,
  });
  const byId = new Map(rows.map((row) => [row.id, promotionOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** What runs at an outlet now. */
export async function readRunningPage(
  { prisma }: MenuDatabase,
  outletId: string,
  page: Page,
): Promise<Connection<PromotionRow>> {
  const rows = await prisma.promotion.findMany({
    where: { AND: [runningAt([outletId]), page.after === null ? {} : { id: { gt: page.after } }] },
    include: IN_FULL,
    orderBy: { id: 'asc' },
    take: page.limit + 1,
  });
  return connectionOf(page, rows.map(promotionOf), ({ id }) => id);
}

/** What runs now for each item at its outlet, oldest first. */
export async function readRunning(
  { prisma }: MenuDatabase,
  offers: readonly Offer[],
): Promise<PromotionRow[][]> {
  const outletIds = offers.map(({ outletId }) => outletId).filter(isId);
  const rows = await prisma.promotion.findMany({
    where: {
      AND: [
        runningAt([...new Set(outletIds)]),
        { items: { some: { menuItemId: { in: offers.map(({ menuItemId }) => menuItemId) } } } },
      ],
    },
    include: IN_FULL,
    orderBy: { id: 'asc' },
  });
  const running = rows.map(promotionOf);
  return offers.map(({ menuItemId, outletId }) =>
    running.filter(
      (one) =>
        one.menuItemIds.includes(menuItemId) &&
        (one.outletIds.length === 0 ? outletIds.includes(outletId) : one.outletIds.includes(outletId)),
    ),
  );
}

function runningAt(outletIds: string[]): Prisma.PromotionWhereInput {
  const now = new Date();
  return {
    endedAt: null,
    startsAt: { lte: now },
    endsAt: { gt: now },
    OR: [{ outlets: { none: {} } }, { outlets: { some: { outletId: { in: outletIds } } } }],
  };
}

/** What is not there and what lies outside the scope look the same. */
async function unknownIn(tx: Transaction, scope: Scope, draft: PromotionDraft): Promise<UserError[]> {
  const [items, outlets] = [
    await tx.menuItem.findMany({
      where: { id: { in: draft.menuItemIds.filter(isId) }, isArchived: false },
      select: { id: true },
    }),
    await tx.outlet.findMany({
      where: { id: { in: draft.outletIds.filter(isId) } },
      select: { id: true, franchiseId: true },
    }),
  ];
  const known = new Set(items.map(({ id }) => id));
  const covered = new Set(
    outlets.filter((outlet) => covers(scope, { ...outlet, outletId: outlet.id })).map(({ id }) => id),
  );
  return [
    ...missing(draft.menuItemIds, known, 'menuItemIds', 'No such item on the menu'),
    ...missing(draft.outletIds, covered, 'outletIds', 'No such outlet'),
  ];
}

function missing(
  ids: readonly string[],
  known: ReadonlySet<string>,
  field: string,
  message: string,
): UserError[] {
  return ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ code: 'NOT_FOUND', field: [field, String(index)], message } as const],
  );
}

function mayChange(scope: Scope, { outlets }: StoredPromotion): boolean {
  if (scope.everywhere) return true;
  return (
    outlets.length > 0 &&
    outlets.every(({ outletId, outlet }) => covers(scope, { franchiseId: outlet.franchiseId, outletId }))
  );
}

function tellChanged({ emit }: Work, stored: StoredPromotion): PromotionRow {
  const promotion = promotionOf(stored);
  const { id, version, startsAt, endsAt, endedAt, menuItemIds, outletIds, ...rest } = promotion;
  emit({
    type: 'promotion.changed',
    aggregateId: id,
    aggregateVersion: version,
    data: {
      ...rest,
      promotionId: id,
      menuItemIds: [...menuItemIds],
      outletIds: [...outletIds],
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
    },
  });
  return promotion;
}

function promotionOf(row: StoredPromotion): PromotionRow {
  const { id, name, percent, amountOff, startsAt, endsAt, endedAt, quantity, version } = row;
  return {
    ...{ id, name, percent, startsAt, endsAt, endedAt, quantity, version },
    amountOff: amountOff === null ? null : Number(amountOff),
    menuItemIds: row.items.map(({ menuItemId }) => menuItemId),
    outletIds: row.outlets.map(({ outletId }) => outletId),
  };
}
