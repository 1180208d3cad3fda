/** Shelves and the tokens of their devices. The broker admits a device before its token counts: a token that is handed out works. */
import { z } from 'zod';
import { payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { newDeviceToken } from '../devices/device-token.js';
import { addShelf, changeToken } from '../store/shelves.js';
import { checked, quantity } from './input.js';

const shelfInput = z.object({
  outletId: z.string(),
  stockItemId: z.string(),
  gramsPerUnit: quantity(1),
  tareGrams: quantity(0),
});

export const shelfMutations: Pick<MutationResolvers, 'registerShelf' | 'rotateDeviceToken'> = {
  registerShelf: (_, { input }, { database, cause, identity, devices }) =>
    payloadOf(async () => {
      const scope = scopeFor(identity, 'stock:manage');
      const newShelf = checked(shelfInput, input);
      const deviceToken = newDeviceToken();
      const shelf = await database.work(cause, async ({ tx }) => {
        const added = await addShelf(tx, scope, newShelf, deviceToken);
        await devices.admit({ shelfId: added.id, outletId: added.outletId, token: deviceToken });
        return added;
      });
      return { shelf, deviceToken };
    }),

  rotateDeviceToken: (_, { shelfId }, { database, cause, identity, devices }) =>
    payloadOf(async () => {
      const scope = scopeFor(identity, 'stock:manage');
      const deviceToken = newDeviceToken();
      const shelf = await database.work(cause, async ({ tx }) => {
        const changed = await changeToken(tx, scope, shelfId, deviceToken);
        await devices.admit({ shelfId, outletId: changed.outletId, token: deviceToken });
        return changed;
      });
      await devices.endSessions(shelfId);
      return { shelf, deviceToken };
    }),
};
