/**
 * Changes of the menu. A change answers when every other subgraph has applied it, and when its prices are in effect: what the menu
 * shows afterwards can be ordered at once, at the price it shows.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { publishInvalidation } from '../../../platform/subgraph/invalidation.js';
import type { Context } from '../context.js';
import { isPending } from '../domain/dated-price.js';
import type { Work } from '../store/database.js';

/** Runs the change in one transaction, and resolves when every live consumer of its events has applied them. */
export async function changeMenu<Result>(
  { database, cause }: Context,
  change: (work: Work) => Promise<Result>,
): Promise<Result> {
  return database.work(cause, change, { awaitsApplication: true });
}

export interface PriceChange<Result> {
  readonly result: Result;
  /** When its prices take effect; null when it changes none. */
  readonly effectiveAt: Date | null;
}

/** As `changeMenu`, and waits until the prices are in effect. */
export async function changePrices<Result>(
  context: Context,
  change: (work: Work) => Promise<PriceChange<Result>>,
): Promise<Result> {
  let inEffect = Promise.resolve();
  const result = await changeMenu(context, async (work) => {
    const { result, effectiveAt } = await change(work);
    // At that instant, however long other subgraphs take to apply the change.
    if (effectiveAt !== null) inEffect = untilInEffect(effectiveAt).then(() => invalidateCaches(context));
    return result;
  });
  await inEffect;
  return result;
}

/** Answers cached since the commit show the price before. */
function invalidateCaches({ bus }: Context): void {
  publishInvalidation(bus, 'menu');
}

/** Timers may fire a moment early. */
export async function untilInEffect(effectiveAt: Date | null): Promise<void> {
  while (effectiveAt !== null && isPending({ effectiveAt }, new Date())) {
    await delay(Math.max(1, effectiveAt.getTime() - Date.now()));
  }
}
