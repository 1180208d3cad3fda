/** What third parties receive: documented, in envelopes of CloudEvents, and without what people wrote. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { enveloped } from '../../../tests/support/subgraph.js';
import { PUBLIC_EVENT_TYPES, publicEventOf } from './public-events.js';

const ORDER = {
  ...{ orderId: newId(), number: 'K-1', customerId: newId(), outletId: newId(), franchiseId: newId() },
};
const about = { aggregateId: ORDER.orderId, aggregateVersion: 2 };
const dataOf = (body: string | undefined): unknown => JSON.parse(body ?? 'null')?.data;

it('docs/webhooks.md documents every type, and no other', async () => {
  const text = await readFile(join(PROJECT_FOLDER, 'docs', 'webhooks.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `/.test(line));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, type]) => type),
  );
  expect(named.toSorted()).toEqual(PUBLIC_EVENT_TYPES.map(({ name }) => name));
});

describe('a public event', () => {
  it('carries no reason, which people write', () => {
    const reason = 'Rina called, 0812 3456 7890';
    const events = [
      enveloped({ type: 'order.cancelled', ...about, data: { ...ORDER, reason } }),
      enveloped({ type: 'order.rejected', ...about, data: { ...ORDER, reason } }),
      enveloped({ type: 'payment.failed', ...about, data: { ...ORDER, paymentId: newId(), reason } }),
      enveloped({
        ...{ type: 'payment.dispute-opened', ...about },
        data: { ...ORDER, paymentId: newId(), disputeId: newId(), amount: 1, reason },
      }),
    ];
    for (const event of events) {
      const [published] = publicEventOf(event);
      expect(dataOf(published?.body)).toMatchObject({ orderId: ORDER.orderId, outletId: ORDER.outletId });
      expect(published?.body).not.toContain('0812');
    }
  });

  it('says of an order what was ordered, in ids and amounts', () => {
    const line = { menuItemId: newId(), name: 'Kopi Susu', quantity: 2, subtotal: 50_000, unitPrice: 25_000 };
    const placed = { placedAt: new Date().toISOString(), total: 50_000, lines: [line], requirements: [] };
    const [published] = publicEventOf(
      enveloped({ type: 'order.placed', ...about, data: { ...ORDER, ...placed } }),
    );
    expect(dataOf(published?.body)).toEqual({
      ...{ ...ORDER, isCounter: false, placedAt: placed.placedAt },
      total: { amount: 50_000, currency: 'IDR' },
      lines: [
        {
          ...{ menuItemId: line.menuItemId, name: 'Kopi Susu', quantity: 2, options: [] },
          subtotal: { amount: 50_000, currency: 'IDR' },
        },
      ],
    });
    expect(published).toMatchObject({ outletId: ORDER.outletId, franchiseId: ORDER.franchiseId });
  });

  it('is none of the types that stay inside', () => {
    const data = { customerId: newId(), name: 'Rina' };
    expect(publicEventOf(enveloped({ type: 'customer.registered', ...about, data }))).toEqual([]);
  });
});
