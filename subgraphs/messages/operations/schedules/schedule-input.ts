/** What is asked of a schedule: its place and its texts. */
import { z } from 'zod';
import { notFound } from '../../../../platform/errors.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { timeZoneSchema } from '../../../../platform/kit/calendar.js';
import { name } from '../../../../platform/kit/input.js';
import { type RequestedPlace, requirePlace } from '../../../../platform/kit/requested-place.js';
import { findYoung } from '../../../../platform/kit/young-id.js';
import type { Context } from '../../context.js';
import type { SchedulePlace } from '../../domain/schedule/schedule.js';
import { knownPlaces } from '../../store/outlets.js';

export const scheduleTexts = z.object({ name, timeZone: timeZoneSchema });

/** @throws NOT_FOUND for a place where the caller does not manage schedules. */
export async function requestedPlace(
  { database, identity }: Pick<Context, 'database' | 'identity'>,
  asked: RequestedPlace,
): Promise<SchedulePlace> {
  const places = knownPlaces(database);
  await requirePlace(scopeFor(identity, 'schedules:manage'), asked, places);
  const { outletId, franchiseId } = asked;
  if (outletId === null) return { outletId, franchiseId };
  const owner = await findYoung(outletId, () => places.franchiseOf(outletId));
  if (owner === null) throw notFound('Outlet');
  return { outletId, franchiseId: owner };
}
