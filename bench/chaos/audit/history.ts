/** History: what is rebuilt from the events is what the rows say. */
import { verifyHistory } from '../../../deploy/replay/verify.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import { type Equation, none } from './equation.js';

export async function auditHistory(urlOf: (subgraph: SubgraphName) => string): Promise<Equation[]> {
  const comparisons = await verifyHistory(urlOf);
  return comparisons.map(({ kind, examples }) =>
    none(`Of ${kind}, the history says what their rows say`, 'that differ', examples),
  );
}
