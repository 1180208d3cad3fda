/** History: what is rebuilt from the events is what the rows say. */
import { rebuildReadModel } from '../../../deploy/replay/read-models/rebuild-read-model.js';
import { SALES } from '../../../deploy/replay/read-models/sales.js';
import { verifyHistory } from '../../../deploy/replay/verify.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import { type Equation, none } from './equation.js';

export async function auditHistory(urlOf: (subgraph: SubgraphName) => string): Promise<Equation[]> {
  const comparisons = await verifyHistory(urlOf);
  const { tables } = await rebuildReadModel(SALES, { url: urlOf(SALES.subgraph), isDryRun: true });
  return [
    ...comparisons.map(({ kind, examples }) =>
      none(`Of ${kind}, the history says what their rows say`, 'that differ', examples),
    ),
    ...tables.map(({ table, examples }) =>
      none(
        `${table} is what the history makes of it`,
        'rows that differ',
        examples.map((example) => JSON.stringify(example)),
      ),
    ),
  ];
}
