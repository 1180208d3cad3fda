/** Opens, pauses and closes outlets. A status that an outlet has already is no fault, but for a closed one, which never changes. */
import { forbidden, UserFault } from '../../../platform/errors.js';
import type { OutletStatus } from '../../../platform/kit/opening-hours.js';
import { statusAt } from '../../../platform/kit/opening-hours.js';
import type { Context } from '../context.js';
import type { Outlet } from '../domain/outlet.js';
import { mayBecome, missingToOpen } from '../domain/outlet-state.js';
import { changeOutlet, isWithin } from './change-outlet.js';

const LONGEST_PAUSE_MILLISECONDS = 366 * 86_400_000;

/** @throws UserFault naming each field that a draft lacks; FORBIDDEN for a draft that the caller may not open. */
export function openOutlet(context: Context, outletId: string): Promise<Outlet> {
  const target = { action: 'openOutlet', permission: 'outlets:operate', outletId } as const;
  return changeOutlet(context, target, (outlet) => {
    if (outlet.status === 'DRAFT' && !isWithin(context, 'outlets:manage', outlet)) throw forbidden();
    return openedOutlet(outlet);
  });
}

/** @throws UserFault naming each field that a draft lacks, INVALID_STATE for a closed outlet. */
export function openedOutlet(outlet: Outlet): Outlet {
  const missing = outlet.status === 'DRAFT' ? missingToOpen(outlet) : [];
  if (missing.length === 0) return become(outlet, 'OPEN');
  throw new UserFault(
    missing.map((field) => ({
      code: 'INVALID_INPUT',
      field: [field],
      message: `The outlet has no ${field} yet.`,
    })),
  );
}

/** @param until null for a pause that somebody ends. @throws UserFault INVALID_INPUT for an end that is past or too far away. */
export function pauseOutlet(context: Context, outletId: string, until: Date | null): Promise<Outlet> {
  const target = { action: 'pauseOutlet', permission: 'outlets:operate', outletId } as const;
  return changeOutlet(context, target, (outlet) => {
    const now = Date.now();
    if (until !== null && (until.getTime() <= now || until.getTime() > now + LONGEST_PAUSE_MILLISECONDS)) {
      throw UserFault.of('INVALID_INPUT', 'A pause ends in the future, within a year.', ['until']);
    }
    // A plain moment: the one of the input also has the day that was written.
    return { ...become(outlet, 'PAUSED'), pausedUntil: until && new Date(until) };
  });
}

/** Orders that were placed go on to their end: money and stock are in them. */
export function closeOutlet(context: Context, outletId: string): Promise<Outlet> {
  const target = { action: 'closeOutlet', permission: 'outlets:manage', outletId } as const;
  return changeOutlet(context, target, (outlet) => become(outlet, 'CLOSED'));
}

/** @throws UserFault INVALID_STATE */
function become(outlet: Outlet, status: OutletStatus): Outlet {
  const now = new Date();
  if (!mayBecome(outlet, status, now)) {
    throw UserFault.of('INVALID_STATE', `The outlet is ${statusAt(outlet, now)}.`, ['outletId']);
  }
  return { ...outlet, status, pausedUntil: null };
}
