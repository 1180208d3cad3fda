/** Kitchens: every few seconds each open outlet advances its queue, so that orders spend some time in each state. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrontEnd } from '../../tests/support/front-end.js';
import type { Part } from './guests.js';
import type { Tally } from './tally.js';

export interface KitchenOptions {
  /** Signed in with the right to prepare orders at all of the outlets. */
  readonly headOffice: FrontEnd;
  readonly outletIds: readonly string[];
  readonly tally: Tally;
  readonly signal: AbortSignal;
}

const STEP_MILLISECONDS = 2_000;
const NEXT_STEP: Readonly<Record<string, string>> = {
  PAID: 'startPreparing',
  PREPARING: 'markReady',
  READY: 'completeOrder',
};

export function startKitchens({ headOffice, outletIds, tally, signal }: KitchenOptions): Part {
  async function work(outletId: string): Promise<void> {
    while (!signal.aborted) {
      await stepQueue(outletId).catch(() => tally.count('failed'));
      await sleep(STEP_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  async function stepQueue(outletId: string): Promise<void> {
    const { kitchenQueue } = await headOffice.execute<{ kitchenQueue: { id: string; status: string }[] }>(
      'query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { id status } }',
      { outletId },
    );
    for (const { id, status } of kitchenQueue) {
      const step = NEXT_STEP[status];
      if (step === undefined) continue;
      await headOffice.execute(`mutation ($id: ID!) { ${step}(orderId: $id) { userErrors { code } } }`, {
        id,
      });
      if (step === 'completeOrder') tally.count('handed out');
    }
  }

  return { ended: Promise.all(outletIds.map(work)).then(() => undefined) };
}
