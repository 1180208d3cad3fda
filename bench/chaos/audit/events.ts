/** Events: every one is enqueued, and every consumer has applied it once. */

import type { ConsumerRegistry } from '../../../platform/events/consumer-registry.js';
import { SUBGRAPH_NAMES } from '../../../subgraphs/names.js';
import type { Books } from './books.js';
import { counted, type Equation, equal, none } from './equation.js';

/**
 * Consumers whose inbox does not name every event: those that apply by version, whose copies the audit compares (orders.ts), and the one that
 * writes down what webhooks receive, and nothing else (webhooks.ts).
 */
const WITHOUT_WHOLE_INBOX = ['payment.orders', 'payment.bills', 'payment.outlets', 'messages.webhook-events'];

export async function auditEvents(
  books: Books,
  registry: Pick<ConsumerRegistry, 'all'>,
): Promise<Equation[]> {
  const equations: Equation[] = [];
  for (const name of SUBGRAPH_NAMES) {
    const waiting = await books[name].names('SELECT id AS name FROM outbox WHERE enqueued_at IS NULL');
    equations.push(none(`Every event of ${name} is enqueued`, 'not enqueued', waiting));
  }
  const consumers = [...(await registry.all())].filter(
    ([consumer]) => !WITHOUT_WHOLE_INBOX.includes(consumer),
  );
  for (const [consumer, types] of consumers.sort(([one], [other]) => one.localeCompare(other))) {
    const owner = SUBGRAPH_NAMES.find((name) => consumer.startsWith(`${name}.`));
    if (owner === undefined) throw new Error(`${consumer} belongs to no subgraph.`);
    const published = await Promise.all(
      SUBGRAPH_NAMES.map((name) =>
        books[name].names('SELECT id AS name FROM outbox WHERE type = ANY ($1)', [[...types]]),
      ),
    );
    const consumed = await books[owner].names('SELECT event_id AS name FROM inbox WHERE consumer = $1', [
      consumer,
    ]);
    equations.push(
      equal(
        `${consumer} has applied every event that it consumes, once`,
        ['events', counted(published.flat())],
        ['its inbox', counted(consumed)],
      ),
    );
  }
  return [
    ...equations,
    none(
      'Every reading is applied',
      'batches not applied',
      await books.stock.names('SELECT id AS name FROM reading_batch WHERE applied_at IS NULL'),
    ),
  ];
}
