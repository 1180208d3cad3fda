/** `Outlet`. */
import { notFound } from '../../../platform/errors.js';
import { OpeningTimes, statusAt } from '../../../platform/kit/opening-hours.js';
import type { OutletResolvers } from '../../../schema/types/menu.js';
import { kitchenPaceOf, settingsOfOutlet } from '../operations/read-settings.js';

export const Outlet: OutletResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.outlet.load(id),
  franchise: async ({ franchiseId }, _args, { loaders }) => {
    const franchise = await loaders.franchise.load(franchiseId);
    if (franchise === null) throw notFound('Franchise');
    return franchise;
  },
  status: (outlet) => statusAt(outlet, new Date()),
  pausedUntil: (outlet) => (statusAt(outlet, new Date()) === 'PAUSED' ? outlet.pausedUntil : null),
  openingHours: ({ openingHours }) => openingHours.weekly,
  openingExceptions: ({ openingHours }) => openingHours.exceptions,
  isOpenNow: (outlet) => new OpeningTimes(outlet).isOpenAt(new Date()),
  nextOpensAt: (outlet) => {
    const [times, now] = [new OpeningTimes(outlet), new Date()];
    return times.isOpenAt(now) ? null : times.firstOpenFrom(now);
  },
  settings: (outlet, _args, context) => settingsOfOutlet(context, outlet),
  kitchenPace: (outlet, _args, context) => kitchenPaceOf(context, outlet),
};
