/**
 * Shelves and the tokens of their devices. The broker admits a device before its token counts: a token that is handed out
 * works. While the broker is asked no item and no shelf is locked: orders and readings do not wait for it.
 */
import { z } from 'zod';
import { notFound, payloadOf } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import type { MutationResolvers } from '../../../schema/types/stock.js';
import { newDeviceToken } from '../ingest/devices/device-token.js';
import { addShelf, checkNewShelf, keepToken, shelfForNewToken } from '../store/shelves.js';
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
      await checkNewShelf(database, scope, newShelf);
      const [id, deviceToken] = [newId(), newDeviceToken()];
      await devices.admit({ shelfId: id, outletId: newShelf.outletId, token: deviceToken });
      try {
        const shelf = await database.work(cause, ({ tx }) =>
          addShelf(tx, scope, { id, ...newShelf }, deviceToken),
        );
        return { shelf, deviceToken };
      } catch (error) {
        // Should the broker be away by now, it keeps a device whose token nobody has.
        await devices.dismiss(id).catch(() => undefined);
        throw error;
      }
    }),

  rotateDeviceToken: (_, { shelfId }, { database, cause, identity, devices }) =>
    payloadOf(async () => {
      const scope = scopeFor(identity, 'stock:manage');
      const deviceToken = newDeviceToken();
      const shelf = await database.work(cause, async ({ tx }) => {
        const { outletId } = await shelfForNewToken(tx, scope, shelfId);
        await devices.admit({ shelfId, outletId, token: deviceToken });
        return keepToken(tx, shelfId, deviceToken);
      });
      if (shelf === undefined) {
        await devices.dismiss(shelfId);
        throw notFound('Shelf');
      }
      await devices.endSessions(shelfId);
      return { shelf, deviceToken };
    }),
};
