import { describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../identity/identity.js';
import type { NewEvent } from './envelope.js';
import { CHAIN, type Change, recordChange } from './record-change.js';

const ACTOR = {
  identity: { customerId: 'dewi', roles: [] },
  origin: { address: '203.0.113.7', userAgent: null },
};

function recorded(change: Partial<Change>, actor: Parameters<typeof recordChange>[1] = ACTOR): unknown[] {
  const events: NewEvent[] = [];
  const work = { emit: (event: NewEvent) => void events.push(event) };
  const of = { action: 'updateMenuItem', entity: { type: 'MenuItem', id: 'tea' }, tenant: CHAIN };
  recordChange(work, actor, { ...of, before: null, after: null, ...change });
  return events.map(({ data }) => data);
}

describe('a record of a change', () => {
  it('says who did what to what, and from where', () => {
    const tenant = { franchiseId: 'jakarta', outletId: 'menteng', name: 'left out' };
    expect(recorded({ tenant, after: { price: 1 } })).toEqual([
      {
        ...{ action: 'updateMenuItem', actorId: 'dewi', entity: { type: 'MenuItem', id: 'tea' } },
        ...{ franchiseId: 'jakarta', outletId: 'menteng', before: null, after: { price: 1 } },
        origin: { address: '203.0.113.7', userAgent: null },
      },
    ]);
  });

  it('has the fields that differ, whatever the order of what they hold', () => {
    const before = {
      price: 1,
      name: 'Tea',
      season: { from: 'a', until: 'b' },
      recipe: [{ id: 1 }],
      gone: true,
    };
    const after = {
      price: 2,
      name: 'Tea',
      season: { until: 'b', from: 'a' },
      recipe: [{ id: 2 }],
      reason: 'New',
    };
    expect(recorded({ before, after })).toMatchObject([
      {
        before: { price: 1, recipe: [{ id: 1 }], gone: true },
        after: { price: 2, recipe: [{ id: 2 }], reason: 'New' },
      },
    ]);
  });

  it('is not made where nothing differs', () => {
    const endedAt = () => ({ endedAt: new Date(0) });
    expect(recorded({ before: endedAt(), after: endedAt() })).toEqual([]);
  });

  it('is never without its actor', () => {
    expect(() => recorded({}, { identity: ANONYMOUS })).toThrow(/Sign in/);
  });
});
