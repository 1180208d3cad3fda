/** Which status of an outlet may become which. This table alone decides. */
import { type OutletStatus, statusAt } from '../../../platform/kit/opening-hours.js';
import type { Outlet } from './outlet.js';

/** To its own status: that nothing changes is no fault. */
const TRANSITIONS: Readonly<Record<OutletStatus, readonly OutletStatus[]>> = {
  DRAFT: ['OPEN', 'CLOSED'],
  OPEN: ['OPEN', 'PAUSED', 'CLOSED'],
  PAUSED: ['OPEN', 'PAUSED', 'CLOSED'],
  CLOSED: [],
};

/** Whether an outlet may take a status at a moment, at which a pause may have ended. */
export function mayBecome(outlet: Outlet, status: OutletStatus, moment: Date): boolean {
  return TRANSITIONS[statusAt(outlet, moment)].includes(status);
}

/** What a draft must say before it is opened. */
const REQUIRED = ['city', 'address', 'phone'] as const;

/** The fields that the outlet lacks to be opened. */
export function missingToOpen(outlet: Outlet): (typeof REQUIRED)[number][] {
  return REQUIRED.filter((field) => outlet[field] === '');
}
