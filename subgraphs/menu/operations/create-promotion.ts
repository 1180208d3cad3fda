/** Head office runs promotions anywhere; owners and managers at outlets of their own. */
import { z } from 'zod';
import { ErrorCode, requestError, type UserError, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { CreatePromotionInput } from '../../../schema/types/menu.js';
import type { Context } from '../context.js';
import {
  faultsOfAmount,
  faultsOfPromotion,
  type OutletTenant,
  type Promotion,
  type PromotionDraft,
  tenantOf,
} from '../domain/promotion.js';
import { promotionEvent } from '../published.js';
import type { Transaction } from '../store/database.js';
import { findLowestPrice } from '../store/outlet-prices.js';
import { findOutletTenants, findSoldItemIds, insertPromotion } from '../store/promotions.js';
import { changeMenu } from './change-menu.js';

const newPromotion = z.object({
  name,
  percent: z.int().nullable().default(null),
  amountOff: z.int().nullable().default(null),
  menuItemIds: z.array(z.string()),
  outletIds: z.array(z.string()),
  startsAt: z
    .date()
    .nullish()
    .transform((startsAt) => startsAt ?? new Date()),
  endsAt: z.date(),
  quantity: z.int().nullable().default(null),
});

/** @throws FORBIDDEN for every outlet, which naming none means, without head office's scope; UserFault for what cannot run. */
export async function createPromotion(context: Context, input: CreatePromotionInput): Promise<Promotion> {
  const scope = scopeFor(context.identity, 'menu:price');
  if ((input.outletIds ?? []).length === 0 && !scope.everywhere)
    throw requestError(ErrorCode.FORBIDDEN, 'Only head office promotes at every outlet');
  const draft = parseInput(newPromotion, input);
  const faults = faultsOfPromotion(draft, new Date());
  if (faults.length > 0) throw new UserFault(faults);
  return changeMenu(context, async (work) => {
    const outlets = await findOutletTenants(work.tx, draft.outletIds.filter(isId));
    const missing = await findMissing(work.tx, scope, draft, outlets);
    if (missing.length > 0) throw new UserFault(missing);
    const excess = faultsOfAmount(draft, await findLowestPrice(work.tx, draft.menuItemIds, draft.outletIds));
    if (excess.length > 0) throw new UserFault(excess);
    const promotion = await insertPromotion(work.tx, newId('Promotion'), draft);
    work.emit(promotionEvent(promotion));
    recordChange(work, context, {
      ...{ action: 'createPromotion', entity: { type: 'Promotion', id: promotion.id } },
      ...{ tenant: tenantOf(outlets), before: null, after: draft },
    });
    return promotion;
  });
}

/** Outlets outside the scope are reported as outlets that do not exist. */
async function findMissing(
  tx: Transaction,
  scope: Scope,
  { menuItemIds, outletIds }: PromotionDraft,
  outlets: readonly OutletTenant[],
): Promise<UserError[]> {
  const items = await findSoldItemIds(tx, menuItemIds.filter(isId));
  const covered = outlets.filter((outlet) => covers(scope, outlet)).map(({ outletId }) => outletId);
  return [
    ...faultsOfMissing(menuItemIds, items, 'menuItemIds', 'No such item on the menu'),
    ...faultsOfMissing(outletIds, covered, 'outletIds', 'No such outlet'),
  ];
}

function faultsOfMissing(
  ids: readonly string[],
  found: readonly string[],
  field: string,
  message: string,
): UserError[] {
  const known = new Set(found);
  return ids.flatMap((id, index) =>
    known.has(id) ? [] : [{ code: 'NOT_FOUND', field: [field, String(index)], message } as const],
  );
}
