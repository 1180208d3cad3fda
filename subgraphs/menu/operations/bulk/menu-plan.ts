/** What an import of a table of the menu will do. */
import type { Plan } from '../../../../platform/bulk/import-table.js';
import type { Work } from '../../store/database.js';
import type { PriceMoments } from './price-moments.js';

export interface MenuPlan extends Plan<Work> {
  /** Those of the prices that it changes; left out where it changes none. */
  readonly moments?: PriceMoments;
}
