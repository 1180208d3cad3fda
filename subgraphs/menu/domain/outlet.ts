/** Franchises and their outlets. */
import type { OutletTimes } from '../../../platform/kit/opening-hours.js';

export interface Franchise {
  readonly id: string;
  readonly name: string;
}

export interface Outlet extends OutletTimes {
  readonly id: string;
  readonly franchiseId: string;
  readonly name: string;
  /** Empty while a draft does not say it, as address and phone. */
  readonly city: string;
  readonly address: string;
  /** E.164 */
  readonly phone: string;
  /** Rises with every change. */
  readonly version: number;
}
