/** `menu-item.changed`: updates stock's copy of what a serving of the item takes, and wakes who watches what is available. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { MENU_TOPIC } from '../published.js';
import { servingRecipeOf, upsertServingRecipe } from '../store/serving-recipes.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'stock.serving-recipes';

export function consumer({ database, log }: ConsumerParts): Consumer {
  return {
    name: NAME,
    types: ['menu-item.changed', 'menu-item.recipe-carried-forward'],
    handle: idempotentBatch(
      database,
      NAME,
      async (events, { tx, publish }) => {
        for (const event of events) {
          if (event.type === 'menu-item.changed' || event.type === 'menu-item.recipe-carried-forward')
            await upsertServingRecipe(tx, servingRecipeOf(event));
        }
        publish(MENU_TOPIC, {});
      },
      log,
    ),
  };
}
