/** Webhooks: every event that was subscribed to has arrived, signed. */
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import type { Acknowledged } from '../acknowledged.js';
import type { Books } from './books.js';
import { type Equation, each, none } from './equation.js';

export async function auditWebhooks(
  books: Books,
  { webhook: { subscription, received, unsigned } }: Acknowledged,
): Promise<Equation[]> {
  if (subscription === undefined) return [];
  const published = await Promise.all(
    SUBGRAPH_NAMES.map((name) =>
      books[name].names(
        'SELECT id AS name FROM outbox WHERE type = ANY ($1) AND occurred_at > $2::timestamptz',
        [subscription.types, subscription.since],
      ),
    ),
  );
  return [
    each(
      'Every event that the webhook subscribed to has arrived',
      ['events', published.flat()],
      ['received', received],
    ),
    none('Every event of the webhook is signed', 'not signed', unsigned),
  ];
}
