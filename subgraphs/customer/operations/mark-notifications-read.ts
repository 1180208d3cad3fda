/** Marks the caller's own notifications as read: those named, or all. */
import { type UserError, UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { Context } from '../context.js';
import { findOwnNotifications, updateAllRead, updateRead } from '../store/notifications.js';

const MAXIMUM_AT_ONCE = 1_000;

/** @throws UserFault NOT_FOUND for each that is none of the caller's; then none is marked. */
export async function markNotificationsRead(
  { database, cause, identity }: Context,
  ids: readonly string[] | null,
): Promise<void> {
  const customerId = callerOf(identity);
  if (ids === null) return database.work(cause, ({ tx }) => updateAllRead(tx, customerId));
  if (ids.length > MAXIMUM_AT_ONCE) {
    throw UserFault.of('INVALID_INPUT', `At most ${MAXIMUM_AT_ONCE} at once`, ['notificationIds']);
  }
  const own = await findOwnNotifications(database, customerId, ids.filter(isId));
  const known = new Set(own.map(({ id }) => id));
  const missing = ids.flatMap((id, index): UserError[] =>
    known.has(id)
      ? []
      : [
          {
            code: 'NOT_FOUND',
            field: ['notificationIds', String(index)],
            message: 'Notification not found',
          },
        ],
  );
  if (missing.length > 0) throw new UserFault(missing);
  await database.work(cause, ({ tx }) => updateRead(tx, customerId, [...known]));
}
