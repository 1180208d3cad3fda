/** What the caller wants to be notified of, and when not: the caller's own alone, for guests and staff alike. */
import { z } from 'zod';
import { UserFault } from '../../../../platform/errors.js';
import { callerOf } from '../../../../platform/identity/identity.js';
import { timeZoneSchema } from '../../../../platform/kit/calendar.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Context } from '../../context.js';
import { isSent, type Preference, preferencesOf } from '../../domain/preference.js';
import type { QuietHours } from '../../domain/quiet-hours.js';
import { preferenceChangedEvent } from '../../published.js';
import {
  findPreferences,
  findQuietHours,
  updateQuietHours,
  upsertPreference,
} from '../../store/preferences.js';

export async function readPreferences({ database, identity }: Context): Promise<Preference[]> {
  return preferencesOf(await findPreferences(database, callerOf(identity)));
}

export function readQuietHours({ database, identity }: Context): Promise<QuietHours | null> {
  return findQuietHours(database, callerOf(identity));
}

/** Resolves once notifications go by it, after a second at the latest. @throws UserFault INVALID_INPUT */
export async function setPreference(context: Context, preference: Preference): Promise<Preference> {
  const { database, identity, origin, cause } = context;
  const customerId = callerOf(identity);
  if (preference.isOn && !isSent(preference))
    throw UserFault.of('INVALID_INPUT', 'There are no notifications of this kind by this channel', [
      'channel',
    ]);
  await database.work(
    cause,
    async ({ tx, emit }) => {
      const version = await upsertPreference(tx, customerId, preference, { source: 'ACCOUNT', origin });
      if (version !== null) emit(preferenceChangedEvent(customerId, preference, version));
    },
    { awaitsApplication: true },
  );
  return preference;
}

const time = z
  .string()
  .trim()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time is HH:MM, from 00:00 to 23:59');
const quietHours = z
  .object({ from: time, to: time, timeZone: timeZoneSchema })
  .refine(({ from, to }) => from !== to, { message: 'Quiet hours end at another time', path: ['to'] });

/** None where all three are null. @throws UserFault INVALID_INPUT */
export async function setQuietHours(
  { database, identity, cause }: Context,
  input: { readonly [Field in keyof QuietHours]?: string | null | undefined },
): Promise<QuietHours | null> {
  const isOff = [input.from, input.to, input.timeZone].every(
    (value) => value === undefined || value === null,
  );
  const hours = isOff ? null : parseInput(quietHours, input);
  await database.work(cause, ({ tx }) => updateQuietHours(tx, callerOf(identity), hours));
  return hours;
}
