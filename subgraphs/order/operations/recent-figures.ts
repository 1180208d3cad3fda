/**
 * Recent figures about customers, shared by all who ask for the same: many who open a chain's report together cause one computation. Keys name
 * the scope and the number of withdrawals, so a withdrawal ends every figure that was computed before it. A failed computation is repeated.
 */
import { LRUCache } from 'lru-cache';
import type { BasketRule } from '../domain/customers/baskets.js';
import type { CohortFigures, SegmentFigures } from '../domain/customers/groups.js';
import type { ExpectedCustomers } from '../domain/customers/value.js';

const MOST_FIGURES = 100;

class Recent<Figures> {
  readonly #figures = new LRUCache<string, Promise<Figures>>({ max: MOST_FIGURES });

  /** @param milliseconds for which the figures answer others, too. */
  get(key: string, milliseconds: number, compute: () => Promise<Figures>): Promise<Figures> {
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    const figures = compute();
    this.#figures.set(key, figures, { ttl: milliseconds });
    figures.catch(() => this.#figures.delete(key));
    return figures;
  }
}

export class RecentFigures {
  /** Up to when orders are counted in the others. */
  readonly counts = new Recent<Date | null>();
  readonly segments = new Recent<SegmentFigures[]>();
  readonly cohorts = new Recent<CohortFigures[]>();
  readonly baskets = new Recent<BasketRule[]>();
  readonly values = new Recent<ExpectedCustomers>();
}
