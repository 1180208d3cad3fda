/** Promotions. What they are for never changes; they only end. The order subgraph counts what a limited one has sold. */
import { type CountedConnection, connectionOf, idKeysetOf, type Page } from '../../../platform/kit/paging.js';
import type { Prisma } from '../../../prisma/menu/client/client.js';
import type { Offer, OutletTenant, Promotion, PromotionDraft, PromotionState } from '../domain/promotion.js';
import type { MenuDatabase, Transaction } from './database.js';

/** A promotion with the franchise of each of its outlets: whose it is to change. */
export interface OwnedPromotion {
  readonly promotion: Promotion;
  readonly outlets: readonly OutletTenant[];
}

export async function findPromotions({ prisma }: MenuDatabase, ids: readonly string[]): Promise<Promotion[]> {
  const rows = await prisma.promotion.findMany({ where: { id: { in: [...ids] } } });
  return rows.map(promotionOf);
}

/** What is in this state at an outlet now, oldest first. */
export async function findPromotionPage(
  { prisma }: MenuDatabase,
  outletId: string,
  state: PromotionState,
  page: Page,
): Promise<CountedConnection<Promotion>> {
  const running = { AND: [whereState(state), whereAt([outletId])] };
  const { where, orderBy, take } = idKeysetOf(page, 'asc');
  const rows = await prisma.promotion.findMany({
    where: { AND: [running, where] },
    orderBy,
    take,
  });
  return connectionOf(
    page,
    rows.map(promotionOf),
    ({ id }) => id,
    () => prisma.promotion.count({ where: running }),
  );
}

/** What runs now for each item at its outlet, oldest first. @param offers with ids. */
export async function findRunningForOffers(
  { prisma }: MenuDatabase,
  offers: readonly Offer[],
): Promise<Promotion[][]> {
  const rows = await prisma.promotion.findMany({
    where: {
      AND: [
        whereState('RUNNING'),
        whereAt([...new Set(offers.map(({ outletId }) => outletId))]),
        { items: { some: { menuItemId: { in: offers.map(({ menuItemId }) => menuItemId) } } } },
      ],
    },
    orderBy: { id: 'asc' },
  });
  const running = rows.map(promotionOf);
  return offers.map(({ menuItemId, outletId }) =>
    running.filter(
      ({ menuItemIds, outletIds }) =>
        menuItemIds.includes(menuItemId) && (outletIds.length === 0 || outletIds.includes(outletId)),
    ),
  );
}

/** Locks the promotion until the transaction ends. */
export async function findPromotionForUpdate(tx: Transaction, id: string): Promise<OwnedPromotion | null> {
  await tx.$queryRaw`SELECT 1 FROM promotion WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.promotion.findUnique({ where: { id } });
  if (row === null) return null;
  return { promotion: promotionOf(row), outlets: await findOutletTenants(tx, row.outletIds) };
}

/** Which of these items are on the menu. */
export async function findSoldItemIds(tx: Transaction, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.menuItem.findMany({
    where: { id: { in: [...ids] }, isArchived: false },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** The franchise of each of these outlets that exists. */
export async function findOutletTenants(tx: Transaction, ids: readonly string[]): Promise<OutletTenant[]> {
  const rows = await tx.outlet.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, franchiseId: true },
  });
  return rows.map(({ id, franchiseId }) => ({ outletId: id, franchiseId }));
}

export async function insertPromotion(
  tx: Transaction,
  id: string,
  { menuItemIds, outletIds, ...columns }: PromotionDraft,
): Promise<Promotion> {
  const row = await tx.promotion.create({
    data: {
      ...{ ...columns, id, version: 1 },
      menuItemIds: menuItemIds.toSorted(),
      outletIds: outletIds.toSorted(),
    },
  });
  return promotionOf(row);
}

export async function updatePromotionEnd(tx: Transaction, id: string, endedAt: Date): Promise<Promotion> {
  const row = await tx.promotion.update({
    where: { id },
    data: { endedAt, version: { increment: 1 } },
  });
  return promotionOf(row);
}

/** At this moment, as `stateAt`. */
function whereState(state: PromotionState): Prisma.PromotionWhereInput {
  const now = new Date();
  switch (state) {
    case 'PLANNED':
      return { endedAt: null, startsAt: { gt: now }, endsAt: { gt: now } };
    case 'RUNNING':
      return { endedAt: null, startsAt: { lte: now }, endsAt: { gt: now } };
    case 'ENDED':
      return { OR: [{ endedAt: { not: null } }, { endsAt: { lte: now } }] };
  }
}

function whereAt(outletIds: string[]): Prisma.PromotionWhereInput {
  return { OR: [{ outlets: { none: {} } }, { outlets: { some: { outletId: { in: outletIds } } } }] };
}

function promotionOf({ createdAt: _, amountOff, ...promotion }: Prisma.PromotionModel): Promotion {
  return { ...promotion, amountOff: amountOff === null ? null : Number(amountOff) };
}
