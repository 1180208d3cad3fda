/** What is available of an outlet's menu, for any caller: every item first, then each whose answer changes. */
import { returningAtOnce } from '../../../platform/kit/returning-at-once.js';
import type { Context } from '../context.js';
import type { AvailabilityChange } from './availability-feed.js';

export async function watchAvailability(
  { availability }: Pick<Context, 'availability'>,
  outletId: string,
): Promise<AsyncIterableIterator<AvailabilityChange>> {
  const { present, watcher } = await availability.watch(outletId);
  return returningAtOnce(changes(), watcher);

  async function* changes(): AsyncGenerator<AvailabilityChange, void, undefined> {
    yield* present;
    yield* watcher;
  }
}
