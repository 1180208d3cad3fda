import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cause, causeOf, newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { newTraceparent } from '../../../platform/trace.js';
import { insertReservations, updateLapsedDraws, updateReservations } from '../store/reservations.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  openTestStock,
  type Place,
  type TestStock,
} from '../testing/harness.js';
import { recordMovements } from './record-movements.js';

let stock: TestStock;
let outlet: Place;
beforeAll(async () => {
  stock = await openTestStock();
  outlet = await givenOutlet(stock);
});
afterAll(() => stock.close());

/** Of a trace that is not sampled, with a vendor's state, as another system might begin it. */
function foreignCause(): Cause {
  const traceparent = newTraceparent().replace(/01$/, '00');
  return causeOf({ traceparent, tracestate: 'vendor=a1,other=b2' });
}

async function causesOfEvents({ id }: GivenItem, type: string): Promise<unknown[]> {
  const events = await stock.database.prisma.outbox.findMany({
    where: { aggregateId: id, type },
    orderBy: { id: 'asc' },
  });
  return events.map(({ metadata }) => metadata);
}

async function limited(item: Partial<Parameters<typeof givenItem>[1]>): Promise<GivenItem> {
  const given = await givenItem(stock, { ...outlet, ...item });
  await stock.database.pool.query(
    'INSERT INTO limited_item (menu_item_id, is_limited, ingredient_ids, version) VALUES ($1, true, $2, 1)',
    [newId(), [given.ingredientId]],
  );
  return given;
}

function reserve(item: GivenItem, quantity: number, cause: Cause) {
  const orderId = newId();
  const request = { eventId: newId(), orderId, outletId: outlet.outletId, cause };
  const requirements = [{ ingredientId: item.ingredientId, quantity }];
  return { orderId, request: { ...request, requirements } };
}

const step = (name: 'TAKE' | 'RELEASE', cause: Cause) =>
  ({ outletId: outlet.outletId, step: name, version: 5, cause }) as const;

async function advance(orderId: string, name: 'TAKE' | 'RELEASE', cause: Cause): Promise<void> {
  await updateReservations(stock.database.pool, 'test.order-progress', [
    { eventId: newId(), orderId, ...step(name, cause) },
  ]);
}

describe('events that follow from a movement carry the whole trace context of what moved it', () => {
  test('a count', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10, reorderPoint: 5 });
    const cause = foreignCause();
    const counted = { figure: 'ON_HAND', kind: 'COUNT', personId: newId(), delta: -6 } as const;
    await stock.database.work(cause, (work) =>
      recordMovements(work, [{ stockItemId: cups.id, ...outlet, ...counted }]),
    );
    expect(await causesOfEvents(cups, 'stock.low')).toEqual([cause]);
  });

  test('reservations, each its own though they are made at once', async () => {
    const [cups, milk] = [await limited({ onHand: 10, reorderPoint: 5 }), await limited({ onHand: 10 })];
    const [first, second] = [foreignCause(), foreignCause()];
    const requests = [reserve(cups, 6, first).request, reserve(milk, 10, second).request];
    await insertReservations(stock.database.pool, 'test.reservations', requests);
    expect(await causesOfEvents(cups, 'stock.low')).toEqual([first]);
    expect(await causesOfEvents(milk, 'stock.limited-availability-changed')).toContainEqual(second);
  });

  test('reservations of orders of one trace, each its own order', async () => {
    const [cups, milk] = [await limited({ onHand: 10 }), await limited({ onHand: 10 })];
    const first = foreignCause();
    const second = {
      ...first,
      traceparent: first.traceparent.replace(/-[0-9a-f]{16}-/, '-00f067aa0ba902b7-'),
      tracestate: 'vendor=c3',
    };
    const requests = [reserve(cups, 10, first), reserve(milk, 10, second)];
    await insertReservations(
      stock.database.pool,
      'test.reservations',
      requests.map(({ request }) => request),
    );
    const [ofCups, ofMilk] = requests.map(({ orderId }) => orderId);
    await updateReservations(stock.database.pool, 'test.order-progress', [
      { eventId: newId(), orderId: ofCups ?? '', ...step('RELEASE', second) },
      { eventId: newId(), orderId: ofMilk ?? '', ...step('RELEASE', first) },
    ]);
    const type = 'stock.limited-availability-changed';
    expect(await causesOfEvents(cups, type)).toEqual([first, second]);
    expect(await causesOfEvents(milk, type)).toEqual([second, first]);
  });

  test('a release', async () => {
    const cups = await limited({ onHand: 10 });
    const { orderId, request } = reserve(cups, 10, newCause());
    await insertReservations(stock.database.pool, 'test.reservations', [request]);
    const cause = foreignCause();
    await advance(orderId, 'RELEASE', cause);
    expect((await causesOfEvents(cups, 'stock.limited-availability-changed')).at(-1)).toEqual(cause);
  });

  test('a count that leaves reservations without cover', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    await insertReservations(stock.database.pool, 'test.reservations', [
      reserve(cups, 10, newCause()).request,
    ]);
    const cause = foreignCause();
    const counted = { figure: 'ON_HAND', kind: 'COUNT', personId: newId(), delta: -1 } as const;
    await stock.database.work(cause, (work) =>
      recordMovements(work, [{ stockItemId: cups.id, ...outlet, ...counted }]),
    );
    expect(await causesOfEvents(cups, 'stock.at-risk')).toEqual([cause]);
  });
});

test('what a lapsed draw leads to is in a trace of its own, since it runs by the clock', async () => {
  const milk = await limited({ tracking: 'SHELF', onHand: 10 });
  const cause = foreignCause();
  const { orderId, request } = reserve(milk, 10, cause);
  await insertReservations(stock.database.pool, 'test.reservations', [request]);
  await advance(orderId, 'TAKE', cause);
  await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
  const [ranOut, isBack] = await causesOfEvents(milk, 'stock.limited-availability-changed');
  expect(ranOut).toEqual(cause);
  expect(isBack).toEqual({
    correlationId: expect.not.stringContaining(cause.correlationId),
    traceparent: expect.not.stringContaining(cause.correlationId),
  });
});

test('a setting does not outlive its transaction', async () => {
  const [cups, milk] = [
    await givenItem(stock, { ...outlet, onHand: 10, reorderPoint: 5 }),
    await givenItem(stock, { ...outlet, onHand: 10, reorderPoint: 5 }),
  ];
  const client = await stock.database.pool.connect();
  try {
    const causes = JSON.stringify({ '': foreignCause() });
    const move = `INSERT INTO stock_movement
                    (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
                  SELECT id, franchise_id, outlet_id, 'ON_HAND', -6, 'COUNT', $2, $2 FROM stock_item WHERE id = $1`;
    await client.query('BEGIN');
    await client.query("SELECT set_config('kedai.causes', $1, true)", [causes]);
    await client.query(move, [cups.id, newId()]);
    await client.query('COMMIT');
    const traceId = newId();
    await client.query(move, [milk.id, traceId]);
    const trace = traceId.replaceAll('-', '');
    expect(await causesOfEvents(milk, 'stock.low')).toEqual([
      { correlationId: trace, traceparent: expect.stringContaining(`00-${trace}-`) },
    ]);
  } finally {
    client.release();
  }
});
