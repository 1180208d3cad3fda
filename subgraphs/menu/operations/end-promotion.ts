/** Ends a promotion before its time. Orders that were placed with it keep their prices. */
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import type { Context } from '../context.js';
import { type Promotion, tenantOf } from '../domain/promotion.js';
import { promotionEvent } from '../published.js';
import { findPromotionForUpdate, type OwnedPromotion, updatePromotionEnd } from '../store/promotions.js';
import { changeMenu } from './change-menu.js';

/** Changes nothing when the promotion is over. @throws NOT_FOUND unless the caller's scope covers all its outlets. */
export async function endPromotion(context: Context, id: string): Promise<Promotion> {
  if (!isId(id)) throw notFound('Promotion');
  const scope = scopeFor(context.identity, 'menu:price');
  return changeMenu(context, async (work) => {
    const before = await findPromotionForUpdate(work.tx, id);
    if (before === null || !mayChange(scope, before)) throw notFound('Promotion');
    const now = new Date();
    const { endedAt, endsAt } = before.promotion;
    if (endedAt !== null || endsAt <= now) return before.promotion;
    const ended = await updatePromotionEnd(work.tx, id, now);
    work.emit(promotionEvent(ended));
    recordChange(work, context, {
      ...{ action: 'endPromotion', entity: { type: 'Promotion', id }, tenant: tenantOf(before.outlets) },
      ...{ before: { endedAt }, after: { endedAt: ended.endedAt } },
    });
    return ended;
  });
}

function mayChange(scope: Scope, { outlets }: OwnedPromotion): boolean {
  return scope.everywhere || (outlets.length > 0 && outlets.every((outlet) => covers(scope, outlet)));
}
