/** What a probe of the audit trail is, and what several have in common. */
import { expect } from 'vitest';
import type { FrontEnd } from '../../../support/front-end.js';
import type { Person, ShopFloor } from '../shop-floor.js';

export interface Probe {
  readonly by: Person;
  /**
   * Prepares what the mutation needs, then executes it by `frontEnd`, and nothing else by that.
   * @returns the entry's own fields.
   */
  execute(floor: ShopFloor, frontEnd: FrontEnd): Promise<ExpectedEntry>;
}

export interface ExpectedEntry {
  readonly entity: string;
  readonly entityType: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export interface Made {
  readonly id: string;
}

export const MOMENT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const CHAIN = { outletId: null, franchiseId: null };

export function atOutlet({ outletId, franchiseId }: ShopFloor) {
  return { outletId, franchiseId };
}
