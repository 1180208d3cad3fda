/** What an import of a table of the menu will do. */
import type { Plan } from '../../../../platform/bulk/import-table.js';
import type { Work } from '../../store/database.js';

export interface MenuPlan extends Plan<Work> {
  /** When the prices that it has changed take effect; null, or left out, where it changes none. */
  effectiveAt?(): Date | null;
}
