/** The kitchen of an outlet, up to date by its stream. */
import { useMemo, useSyncExternalStore } from 'react';
import { type Live, useLive } from '../shared/client/live.js';
import { KitchenQueue, type KitchenQueueSubscription } from './operations.js';
import { Kitchen } from './queue/kitchen.js';
import type { KitchenState } from './queue/kitchen-state.js';

export interface LiveKitchen {
  readonly kitchen: Kitchen;
  readonly state: KitchenState;
  /** How fresh the queue is; its value is the number of orders in it. */
  readonly live: Live<number>;
}

export function useKitchen(outletId: string | undefined): LiveKitchen {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another outlet is another kitchen.
  const kitchen = useMemo(() => new Kitchen(), [outletId]);
  const live = useLive(outletId, {
    stream: {
      document: KitchenQueue,
      variables: { outletId: outletId ?? '' },
      apply: (_: number | undefined, { kitchenQueueChanged }: KitchenQueueSubscription): number => {
        kitchen.receive(kitchenQueueChanged.queue, kitchenQueueChanged.order);
        return kitchenQueueChanged.queue.length;
      },
    },
  });
  const state = useSyncExternalStore(kitchen.listen, kitchen.present);
  return { kitchen, state, live };
}
