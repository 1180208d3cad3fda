/** `Query`. */
import { ErrorCode, forbidden, notFound, requestError } from '../../../platform/errors.js';
import { callerOf, permissionsOf, type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { todayIn } from '../../../platform/kit/calendar.js';
import { isStorable } from '../../../platform/kit/input.js';
import { idPageOf, type PageArguments, pageOf } from '../../../platform/kit/paging.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { QueryResolvers } from '../../../schema/types/menu.js';
import type { Outlet } from '../domain/outlet.js';
import { exportMenu } from '../operations/bulk/export-menu.js';
import { settingsOfChain } from '../operations/read-settings.js';
import { requireHeadOffice } from '../operations/who-may.js';
import { findCategoryPage, isCategoryCursor } from '../store/categories.js';
import { findTakenOffPage } from '../store/hand-availability.js';
import { findArchivedPage, findItemPage, findMenuPage, isSearchCursor } from '../store/menu-pages.js';
import { findCoveredFranchisePage, findOutletPage } from '../store/outlets.js';
import { findPromotionPage } from '../store/promotions.js';
import { loadByBarcode } from './menu-item.js';
import { loadNode } from './node.js';

const MAXIMUM_SEARCH = 100;

export const Query: QueryResolvers = {
  async menu(_parent, args, { database, loaders }) {
    const search = searchOf(args.search);
    const page = search === null ? idPageOf(args) : rankedPageOf(args);
    const outlet = await loaders.outlet.load(args.outletId);
    if (outlet === null) throw notFound('Outlet');
    if (args.categoryId != null && (await loaders.category.load(args.categoryId)) === null)
      throw notFound('Category');
    const filter = {
      outletId: outlet.id,
      day: todayIn(outlet.timeZone),
      category: args.category ?? null,
      categoryId: args.categoryId ?? null,
      search,
    };
    return findMenuPage(database, filter, page);
  },
  async categories(_parent, { isArchived, ...args }, { database }) {
    const page = pageOf(args);
    for (const cursor of [page.after, page.before])
      if (cursor !== null && !isCategoryCursor(cursor))
        throw requestError(ErrorCode.BAD_USER_INPUT, 'The cursor is not one of this list');
    return findCategoryPage(database, isArchived, page);
  },
  async menuItems(_parent, { outletId, isOffered, ...page }, { database, loaders, identity }) {
    const outlet = requireCovered(scopeFor(identity, 'orders:prepare'), await loaders.outlet.load(outletId));
    return findItemPage(database, outlet.id, isOffered ?? null, idPageOf(page));
  },
  async archivedMenuItems(_parent, page, context) {
    requireHeadOffice(context);
    return findArchivedPage(context.database, idPageOf(page));
  },
  async takenOff(_parent, { outletId, ...page }, { database, loaders, identity }) {
    const outlet = requireCovered(scopeFor(identity, 'orders:prepare'), await loaders.outlet.load(outletId));
    return findTakenOffPage(database, outlet.id, new Date(), idPageOf(page));
  },
  async menuItem(_parent, { id }, { loaders }) {
    const item = await loaders.menuItem.load(id);
    if (item === null) throw notFound('Menu item');
    return item;
  },
  async menuItemByBarcode(_parent, { barcode }, context) {
    const item = await loadByBarcode(barcode, context);
    if (item === null) throw notFound('Menu item');
    return item;
  },
  outlets: (_parent, { city, status, ...page }, { database }) =>
    findOutletPage(
      database,
      { city: city?.replaceAll('\0', '') ?? null, statuses: status ?? null },
      idPageOf(page),
    ),
  async outlet(_parent, { id }, { loaders }) {
    const outlet = await loaders.outlet.load(id);
    if (outlet === null) throw notFound('Outlet');
    return outlet;
  },
  franchises: (_parent, page, { database, identity }) =>
    findCoveredFranchisePage(database, scopeFor(identity, 'outlets:manage'), idPageOf(page)),
  chainSettings: (_parent, _args, context) => settingsOfChain(context),
  async promotions(_parent, { outletId, state, ...page }, { database, loaders, identity }) {
    const outlet = await loaders.outlet.load(outletId);
    if (state !== 'RUNNING') {
      callerOf(identity);
      if (!permissionsOf(identity).includes('menu:price')) throw forbidden();
      requireCovered(scopeFor(identity, 'menu:price'), outlet);
    }
    if (outlet === null) throw notFound('Outlet');
    return findPromotionPage(database, outlet.id, state, idPageOf(page));
  },
  async promotion(_parent, { id }, { loaders }) {
    const promotion = await loaders.promotion.load(id);
    if (promotion === null) throw notFound('Promotion');
    return promotion;
  },
  exportMenu: (_parent, { kind, outletId, ...page }, context) =>
    exportMenu(context, { ...page, kind, outletId: outletId ?? null }),
  async node(_parent, { id }, context) {
    const node = await loadNode(id, context);
    if (node === null) throw notFound('Node');
    return node;
  },
};

/** An outlet outside of the scope looks like one that does not exist. @throws NOT_FOUND */
function requireCovered(scope: Scope, outlet: Outlet | null): Outlet {
  if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId: outlet.id }))
    throw notFound('Outlet');
  return outlet;
}

/** Matches are in the order of rank and id. @throws BAD_USER_INPUT */
function rankedPageOf(args: PageArguments) {
  const page = pageOf(args);
  for (const cursor of [page.after, page.before]) {
    if (cursor !== null && !isSearchCursor(cursor))
      throw requestError(ErrorCode.BAD_USER_INPUT, 'The cursor is not one of this search');
  }
  return page;
}

function searchOf(search: string | null | undefined): string | null {
  const text = search?.trim() ?? '';
  if (text === '') return null;
  if (text.length > MAXIMUM_SEARCH || !isStorable(text)) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `search is a text of at most ${MAXIMUM_SEARCH} characters`);
  }
  return text;
}
