/**
 * Gives a shelf's device a new token; sessions begun with the old one end. Concurrent rotations of a shelf run one after the
 * other, so that broker and database agree on the last. The shelf's row is not locked: readings are applied meanwhile.
 */
import { notFound } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import type { Shelf } from '../domain/records.js';
import { hashOfToken, newDeviceToken } from '../ingest/devices/device-token.js';
import { findShelfForNewToken, updateToken } from '../store/shelves.js';

export async function rotateDeviceToken(
  { database, identity, origin, cause, devices }: Context,
  shelfId: string,
): Promise<{ readonly shelf: Shelf; readonly deviceToken: string }> {
  if (!isId(shelfId)) throw notFound('Shelf');
  const scope = scopeFor(identity, 'stock:manage');
  const deviceToken = newDeviceToken();
  const shelf = await database.work(cause, async (work) => {
    const { tx } = work;
    const found = await findShelfForNewToken(tx, scope, shelfId);
    if (found === null) throw notFound('Shelf');
    await devices.admit({ shelfId, outletId: found.outletId, token: deviceToken });
    const updated = await updateToken(tx, shelfId, hashOfToken(deviceToken));
    if (updated !== undefined) {
      const entity = { type: 'Shelf', id: shelfId };
      const after = { deviceTokenIssuedAt: new Date() };
      recordChange(
        work,
        { identity, origin },
        { action: 'rotateDeviceToken', entity, tenant: updated, before: {}, after },
      );
    }
    return updated;
  });
  if (shelf === undefined) {
    // Removed meanwhile.
    await devices.dismiss(shelfId);
    throw notFound('Shelf');
  }
  await devices.endSessions(shelfId);
  return { shelf, deviceToken };
}
