/** The caller's favourite items. They stay listed when the menu withdraws them. */
import { forbidden, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import { type FavouriteRecord, usualOptions } from '../domain/favourite.js';
import { chooseOptions } from '../domain/options.js';
import type { RequestedLine } from '../domain/requested-line.js';
import { deleteFavourite, findFavourite, findFavouritePage, upsertFavourite } from '../store/favourites.js';

/** @throws FORBIDDEN for those of others. */
export async function readFavourites(
  { database, identity }: Context,
  customerId: string,
  page: Page,
): Promise<CountedConnection<FavouriteRecord>> {
  if (customerId !== callerOf(identity)) throw forbidden();
  return findFavouritePage(database, customerId, page);
}

/** @throws UserFault NOT_FOUND for what is not on the menu, INVALID_OPTION for options that do not go together. */
export async function setFavourite(
  { database, cause, menu, identity }: Context,
  { menuItemId, optionIds }: { readonly menuItemId: string; readonly optionIds: readonly string[] },
): Promise<FavouriteRecord> {
  const customerId = callerOf(identity);
  const item = isId(menuItemId)
    ? await findYoung(menuItemId, async () => menu.item(menuItemId.toLowerCase()))
    : null;
  if (item === null || item.isArchived)
    throw UserFault.of('NOT_FOUND', 'The menu has no such item.', ['menuItemId']);
  const choice = chooseOptions(item, optionIds);
  if (!choice.ok) throw UserFault.of('INVALID_OPTION', choice.problem, ['optionIds']);
  return database.work(cause, ({ tx }) =>
    upsertFavourite(tx, { customerId, menuItemId: item.id, optionIds }),
  );
}

/** @throws UserFault NOT_FOUND for what is no favourite. */
export async function removeFavourite(
  { database, cause, identity }: Context,
  menuItemId: string,
): Promise<void> {
  const customerId = callerOf(identity);
  const isRemoved =
    isId(menuItemId) && (await database.work(cause, ({ tx }) => deleteFavourite(tx, customerId, menuItemId)));
  if (!isRemoved) throw UserFault.of('NOT_FOUND', 'This is no favourite of yours.', ['menuItemId']);
}

/** The line with the options that the caller usually takes; unchanged where the item is no favourite. */
export async function withUsualOptions(
  { database, menu, identity }: Context,
  line: RequestedLine,
): Promise<RequestedLine> {
  const item = menu.item(line.menuItemId);
  const favourite =
    item === undefined ? null : await findFavourite(database, callerOf(identity), line.menuItemId);
  if (item === undefined || favourite === null) return line;
  return { ...line, optionIds: usualOptions(item, favourite) };
}
