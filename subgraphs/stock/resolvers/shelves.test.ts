import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import type { Message } from '../domain/shelf-message.js';
import { readingTopicOf, topicPrefixOf } from '../domain/shelf-topic.js';
import { startStock } from '../index.js';
import { parse } from '../ingest/parse.js';
import { type OwnStockDatabase, openStockDatabase } from '../store/database.js';
import { insertDeadLetters } from '../store/dead-letters.js';
import { insertReadings, settleShelves, updateLevels, updateStatuses } from '../store/readings.js';
import {
  BUDI,
  DEWI,
  expectLedgerToBalance,
  FOREIGN_OUTLET,
  HQ,
  OWN_OUTLET,
  RINA,
  SARI,
  seededItem,
} from '../testing/harness.js';

let stock: TestSubgraph;
let database: OwnStockDatabase;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
  database = openStockDatabase(stock.platform.config.databaseUrl('stock'), { publish: () => undefined });
});
afterAll(async () => {
  await database.close();
  await stock.stop();
});

interface TestShelf {
  readonly id: string;
  readonly outletId: string;
}

/** A new shelf of a seeded item. */
async function aShelf(ingredientName = 'Bubuk Matcha', outletId: string = OWN_OUTLET): Promise<TestShelf> {
  return aShelfOf(seededItem(ingredientName, outletId).id, outletId);
}

async function aShelfOf(stockItemId: string, outletId: string): Promise<TestShelf> {
  const input = { outletId, stockItemId, gramsPerUnit: 1, tareGrams: 0 };
  const registered = await stock.run(
    HQ,
    'mutation ($input: RegisterShelfInput!) { registerShelf(input: $input) { shelf { id } } }',
    { input },
  );
  return { id: textAt(registered, 'registerShelf', 'shelf', 'id'), outletId };
}

async function anItem(tracking: string, outletId = OWN_OUTLET): Promise<string> {
  const name = `Bahan ${newId()}`;
  const made = await stock.run(
    HQ,
    'mutation ($input: CreateIngredientInput!) { createIngredient(input: $input) { ingredient { id } } }',
    { input: { name, unit: 'GRAM' } },
  );
  const input = { outletId, tracking, ingredientId: textAt(made, 'createIngredient', 'ingredient', 'id') };
  const created = await stock.run(
    HQ,
    'mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) { stockItem { id } } }',
    { input: { ...input, ...(tracking === 'COUNT' && { countedOnHand: 40 }) } },
  );
  return textAt(created, 'createStockItem', 'stockItem', 'id');
}

function readingOf(shelf: TestShelf, content: object): Message {
  const reading = { seq: 1, bootId: 'boot-1', at: '2026-11-20T08:00:00.000Z', grams: 10, ...content };
  return { topic: readingTopicOf(shelf), payload: Buffer.from(JSON.stringify(reading)) };
}

async function publish(message: Message): Promise<void> {
  const parsed = parse(message);
  if (parsed.kind === 'dead') return insertDeadLetters(database, [parsed]);
  if (parsed.kind === 'status') return updateStatuses(database, [parsed]);
  if (parsed.kind === 'ignored') throw new Error(`${message.topic} is of another format.`);
  const { batchId } = await insertReadings(database, [parsed]);
  await updateLevels(database, [batchId]);
}

const publishStatus = (shelf: TestShelf, status: string) =>
  publish({ topic: `${topicPrefixOf(shelf)}status`, payload: Buffer.from(status) });

async function weighedBy({ id }: TestShelf): Promise<number | undefined> {
  const { rows } = await stock.pool.query<{ weighed: number }>(
    'SELECT weighed_units AS weighed FROM shelf WHERE id = $1',
    [id],
  );
  return rows[0]?.weighed;
}

describe('dead letters', () => {
  const LIST = `{ deadLetters(first: 50) { totalCount nodes { id topic payload size reason at } } }`;
  const REPLAY = `mutation ($ids: [ID!]!) { replayDeadLetters(ids: $ids) {
    replayed deadLetters { id reason } userErrors { code field } } }`;

  async function lettersOf(
    topic: string,
  ): Promise<{ id: string; payload: string; reason: string; size: number }[]> {
    const { data } = await stock.run(HQ, LIST);
    const nodes: { topic: string; id: string; payload: string; reason: string; size: number }[] = Reflect.get(
      Object(Reflect.get(Object(data), 'deadLetters')),
      'nodes',
    );
    return nodes.filter((letter) => letter.topic === topic);
  }

  test('are listed newest first, with payload, reason and time, for head office alone', async () => {
    const topic = `kedai/v1/${newId()}/shelves/${newId()}/reading`;
    await publish({ topic, payload: Buffer.from('{"seq": "one"}') });
    await publish({ topic, payload: Buffer.from([0xff, 0x7b]) });
    await publish({ topic, payload: Buffer.alloc(5_000, 'a') });
    expect(await lettersOf(topic)).toMatchObject([
      { size: 5_000, payload: 'a'.repeat(4_096), reason: 'TOO_LARGE: 5000 bytes' },
      { payload: '\ufffd{', reason: 'NOT_JSON' },
      { payload: '{"seq": "one"}', reason: expect.stringMatching(/^INVALID: seq: /) },
    ]);
    for (const caller of [BUDI, DEWI, SARI])
      expect(codesOf(await stock.run(caller, LIST))).toEqual(['FORBIDDEN']);
  });

  test('of a shelf that exists by now are applied once when they are replayed', async () => {
    const shelf = await aShelf();
    const message = readingOf(shelf, { seq: 7, grams: 31 });
    await insertDeadLetters(database, [{ kind: 'dead', reason: 'UNKNOWN_SHELF', detail: '', message }]);
    const [letter] = await lettersOf(message.topic);
    const ids = [letter?.id];
    const replayed = { replayed: 1, deadLetters: [], userErrors: [] };
    expect(await stock.run(HQ, REPLAY, { ids })).toEqual({ data: { replayDeadLetters: replayed } });
    expect(await weighedBy(shelf)).toBe(31);
    expect(await lettersOf(message.topic)).toEqual([]);
    expect(codesOf(await stock.run(HQ, REPLAY, { ids }))).toEqual(['NOT_FOUND']);

    await insertDeadLetters(database, [{ kind: 'dead', reason: 'UNKNOWN_SHELF', detail: '', message }]);
    await publish(readingOf(shelf, { seq: 8, grams: 12 }));
    const again = (await lettersOf(message.topic)).map(({ id }) => id);
    expect((await stock.run(HQ, REPLAY, { ids: again })).data).toEqual({ replayDeadLetters: replayed });
    expect(await weighedBy(shelf)).toBe(12);
  });

  test('of a boot that ended before the present one supersede it by no replay', async () => {
    const shelf = await aShelf();
    const message = readingOf(shelf, { bootId: 'before', seq: 1, grams: 99 });
    await insertDeadLetters(database, [{ kind: 'dead', reason: 'REFUSED', detail: '', message }]);
    await publish(readingOf(shelf, { bootId: 'now', seq: 1, grams: 20 }));
    const ids = (await lettersOf(message.topic)).map(({ id }) => id);
    expect((await stock.run(HQ, REPLAY, { ids })).data).toMatchObject({ replayDeadLetters: { replayed: 1 } });
    expect(await weighedBy(shelf)).toBe(20);
    await publish(readingOf(shelf, { bootId: 'now', seq: 2, grams: 21 }));
    await publish(readingOf(shelf, { bootId: 'before', seq: 2, grams: 98 }));
    expect(await weighedBy(shelf)).toBe(21);
  });

  /** As if it had arrived so many seconds ago. @returns the id. */
  async function anOldLetter(message: Message, seconds: number): Promise<string> {
    await insertDeadLetters(database, [{ kind: 'dead', reason: 'UNKNOWN_SHELF', detail: '', message }]);
    const id = (await lettersOf(message.topic))[0]?.id ?? '';
    await stock.pool.query(
      'UPDATE dead_letter SET received_at = now() - make_interval(secs => $2) WHERE id = $1',
      [id, seconds],
    );
    return id;
  }

  test('of boots one after the other leave the last of them in charge, replayed one by one in that order', async () => {
    const shelf = await aShelf();
    const ids = [
      await anOldLetter(readingOf(shelf, { bootId: 'first', seq: 1, grams: 99 }), 7_200),
      await anOldLetter(readingOf(shelf, { bootId: 'present', seq: 1, grams: 50 }), 3_600),
    ];
    for (const id of ids) await stock.run(HQ, REPLAY, { ids: [id] });
    expect(await weighedBy(shelf)).toBe(50);
    await publish(readingOf(shelf, { bootId: 'present', seq: 2, grams: 40 }));
    await publish(readingOf(shelf, { bootId: 'first', seq: 2, grams: 98 }));
    expect(await weighedBy(shelf)).toBe(40);
  });

  test('are no sign of the device from the time of their replay', async () => {
    const [silent, unheard] = [await aShelf(), await aShelf()];
    await publish(readingOf(silent, { seq: 1, grams: 70 }));
    await elapse(silent, 3_600);
    const before = await healthOf(silent);
    const ids = [
      await anOldLetter(readingOf(silent, { seq: 2, grams: 60 }), 7_200),
      await anOldLetter(readingOf(unheard, { seq: 1, grams: 10 }), 7_200),
    ];
    await stock.run(HQ, REPLAY, { ids });
    expect([await weighedBy(silent), await weighedBy(unheard)]).toEqual([60, 10]);
    expect(before).toMatchObject({ state: 'SILENT', lastSeenAt: expect.any(String) });
    expect(await healthOf(silent)).toEqual(before);
    const { state, lastSeenAt } = await healthOf(unheard);
    expect(state).toBe('SILENT');
    expect(Date.parse(lastSeenAt ?? '')).toBeLessThan(Date.parse(before.lastSeenAt ?? ''));
  });

  test('that still cannot be taken stay, with their present reason', async () => {
    const unknown = { id: newId(), outletId: newId() };
    const topic = readingTopicOf(unknown);
    const letters = [
      { message: readingOf(unknown, {}), reason: 'REFUSED' },
      { message: { topic, payload: Buffer.from('{') }, reason: 'INVALID' },
    ] as const;
    await insertDeadLetters(
      database,
      letters.map((letter) => ({ kind: 'dead', detail: '', ...letter })),
    );
    await publishStatus(unknown, 'asleep');
    const ids = [topic, `${topicPrefixOf(unknown)}status`].map(lettersOf);
    const all = (await Promise.all(ids)).flat().map(({ id }) => id);
    const { data } = await stock.run(HQ, REPLAY, { ids: all });
    const { replayed, deadLetters } = Object(data).replayDeadLetters;
    expect(replayed).toBe(0);
    expect(deadLetters.map(({ reason }: { reason: string }) => reason)).toEqual([
      'UNKNOWN_SHELF',
      'NOT_JSON',
      'INVALID: neither online nor offline',
    ]);
  });

  test('are replayed from 1 to 100 at a time', async () => {
    for (const ids of [[], Array.from({ length: 101 }, () => newId())]) {
      expect((await stock.run(HQ, REPLAY, { ids })).data).toMatchObject({
        replayDeadLetters: { replayed: null, userErrors: [{ code: 'INVALID_INPUT', field: ['ids'] }] },
      });
    }
  });
});

describe('a shelf', () => {
  const FIELDS =
    'shelf { id gramsPerUnit tareGrams stableMilliseconds thresholdGrams removedAt stockItem { id } }';
  const UPDATE = `mutation ($input: UpdateShelfInput!) { updateShelf(input: $input) { ${FIELDS} userErrors { code field } } }`;
  const REVOKE =
    'mutation ($id: ID!) { revokeShelf(shelfId: $id) { shelf { removedAt } userErrors { code } } }';
  const TRACK = `mutation ($input: SetTrackingInput!) { setTracking(input: $input) {
    stockItem { tracking onHand } userErrors { code } } }`;
  const LEVEL = `query ($id: ID!) { stockItem(id: $id) { onHand tracking shelves { id }
    movements(first: 1) { nodes { kind delta cause { ... on PersonCause { person { id } } } } } } }`;

  afterEach(() => expectLedgerToBalance({ ...stock, url: '', database, close: async () => undefined }));

  /** A new item, with a shelf for each number of units, which weigh so many. */
  async function weighed(...units: number[]): Promise<{ id: string; shelves: TestShelf[] }> {
    const id = await anItem('SHELF');
    const shelves: TestShelf[] = [];
    for (const [index, grams] of units.entries()) {
      const shelf = await aShelfOf(id, OWN_OUTLET);
      await publish(readingOf(shelf, { seq: index, grams }));
      shelves.push(shelf);
    }
    return { id, shelves };
  }

  const update = (identity: typeof HQ, input: object) => stock.run(identity, UPDATE, { input });
  const levelOf = async (id: string) => Object((await stock.run(SARI, LEVEL, { id })).data).stockItem;
  const byBudi = (delta: number) => ({
    nodes: [{ kind: 'SCALES_CHANGED', delta, cause: { person: { id: BUDI.customerId } } }],
  });

  test('is calibrated: the level is at once what its last weight makes by the new tare and unit', async () => {
    const { id, shelves } = await weighed(1_000);
    const [shelf] = shelves;
    const { data } = await update(BUDI, { shelfId: shelf?.id, gramsPerUnit: 8.5, tareGrams: 150 });
    expect(data).toMatchObject({
      updateShelf: {
        shelf: {
          gramsPerUnit: 8.5,
          tareGrams: 150,
          stableMilliseconds: 0,
          thresholdGrams: 5,
          stockItem: { id },
        },
        userErrors: [],
      },
    });
    expect(await levelOf(id)).toMatchObject({ onHand: 100, movements: byBudi(-900) });
  });

  test('that has sent nothing is calibrated without a movement', async () => {
    const { id } = await weighed();
    const shelf = await aShelfOf(id, OWN_OUTLET);
    await update(BUDI, { shelfId: shelf.id, tareGrams: 300 });
    await update(BUDI, { shelfId: shelf.id, tareGrams: 100 });
    expect(await levelOf(id)).toMatchObject({ onHand: 0, movements: { nodes: [{ kind: 'OPENING' }] } });
  });

  test('is moved to another item: its weight leaves the one and comes to the other, and its readings follow', async () => {
    const [from, to] = [await weighed(300, 200), await weighed(50)];
    const moved = from.shelves[0];
    await update(BUDI, { shelfId: moved?.id, stockItemId: to.id });
    expect(await levelOf(from.id)).toMatchObject({ onHand: 200, movements: byBudi(-300) });
    expect(await levelOf(to.id)).toMatchObject({ onHand: 350, movements: byBudi(300) });
    if (moved) await publish(readingOf(moved, { seq: 9, grams: 280 }));
    expect(await levelOf(from.id)).toMatchObject({ onHand: 200 });
    expect(await levelOf(to.id)).toMatchObject({ onHand: 330 });
    await update(BUDI, { shelfId: from.shelves[1]?.id, stockItemId: to.id, gramsPerUnit: 2 });
    expect(await levelOf(from.id)).toMatchObject({ onHand: 0, shelves: [] });
    expect(await levelOf(to.id)).toMatchObject({ onHand: 430 });
  });

  test('moves to no item that is counted, of another outlet, or unknown', async () => {
    const { shelves } = await weighed(10);
    const shelfId = shelves[0]?.id;
    const counted = await update(BUDI, { shelfId, stockItemId: await anItem('COUNT') });
    expect(counted.data).toMatchObject({
      updateShelf: { shelf: null, userErrors: [{ code: 'INVALID_STATE' }] },
    });
    for (const stockItemId of [await anItem('SHELF', FOREIGN_OUTLET), newId(), 'none']) {
      expect(codesOf(await update(HQ, { shelfId, stockItemId }))).toEqual(['NOT_FOUND']);
    }
  });

  test('takes settings within their bounds alone', async () => {
    const { shelves } = await weighed(10);
    const input = { gramsPerUnit: 0, tareGrams: -1, stableMilliseconds: 600_001, thresholdGrams: -0.5 };
    expect((await update(BUDI, { shelfId: shelves[0]?.id, ...input })).data).toMatchObject({
      updateShelf: {
        shelf: null,
        userErrors: Object.keys(input).map((field) => ({ code: 'INVALID_QUANTITY', field: [field] })),
      },
    });
  });

  test('is revoked: its weight leaves the level, and a reading that comes later moves nothing', async () => {
    const { id, shelves } = await weighed(300, 200);
    const [revoked] = shelves;
    const { data } = await stock.run(BUDI, REVOKE, { id: revoked?.id });
    expect(data).toEqual({ revokeShelf: { shelf: { removedAt: expect.any(String) }, userErrors: [] } });
    expect(await levelOf(id)).toMatchObject({
      onHand: 200,
      shelves: [shelves[1]].map((shelf) => ({ id: shelf?.id })),
    });
    if (revoked) await publish(readingOf(revoked, { seq: 9, grams: 500 }));
    expect(await levelOf(id)).toMatchObject({ onHand: 200, movements: byBudi(-300) });
    expect(codesOf(await stock.run(BUDI, REVOKE, { id: revoked?.id }))).toEqual(['NOT_FOUND']);
    await stock.run(BUDI, REVOKE, { id: shelves[1]?.id });
    expect(await levelOf(id)).toMatchObject({ onHand: 0 });
  });

  test('of an item that is counted is weighed without moving it, and says its level again once that is so', async () => {
    const { id, shelves } = await weighed(300, 200);
    const track = async (tracking: string) =>
      Object((await stock.run(BUDI, TRACK, { input: { stockItemId: id, tracking } })).data).setTracking
        .stockItem;
    expect(await track('COUNT')).toEqual({ tracking: 'COUNT', onHand: 500 });
    for (const [index, shelf] of shelves.entries())
      await publish(readingOf(shelf, { seq: 9, grams: 100 + index }));
    expect(await levelOf(id)).toMatchObject({ onHand: 500 });
    expect(await track('COUNT')).toEqual({ tracking: 'COUNT', onHand: 500 });
    expect(await track('SHELF')).toEqual({ tracking: 'SHELF', onHand: 201 });
    expect(await levelOf(id)).toMatchObject({ movements: byBudi(-299) });
    for (const shelf of shelves) await publish(readingOf(shelf, { seq: 10, grams: 60 }));
    expect(await levelOf(id)).toMatchObject({ onHand: 120 });
  });

  /** Drawn for an order that the kitchen has begun. @returns the order's id. */
  async function draw(stockItemId: string, quantity: number, drawnAt: Date): Promise<string> {
    const { franchiseId, outletId } = await database.prisma.stockItem.findUniqueOrThrow({
      where: { id: stockItemId },
    });
    const line = { orderId: newId(), stockItemId, franchiseId, outletId };
    const drawn = { quantity, drawnLeft: quantity, drawnAt, state: 'DRAWN' } as const;
    await database.prisma.reservation.create({ data: { ...line, ...drawn } });
    const moved = { figure: 'DRAWN', delta: quantity, kind: 'DRAW', traceId: newId() } as const;
    await database.prisma.stockMovement.create({ data: { ...line, ...moved } });
    return line.orderId;
  }

  test('of an item that is counted from now on shows no draw any more: what was drawn, and is there, is consumed, oldest first', async () => {
    const { id, shelves } = await weighed(300);
    const later = await draw(id, 280, new Date());
    const earlier = await draw(id, 30, new Date(Date.now() - 60_000));
    const input = { stockItemId: id, tracking: 'COUNT' };
    expect((await stock.run(BUDI, TRACK, { input })).data).toMatchObject({
      setTracking: { stockItem: { tracking: 'COUNT', onHand: 0 }, userErrors: [] },
    });
    const rows = await database.prisma.reservation.findMany({ where: { stockItemId: id } });
    const byOrder = new Map(rows.map(({ orderId, state, consumed }) => [orderId, { state, consumed }]));
    expect(byOrder.get(earlier)).toEqual({ state: 'CONSUMED', consumed: 30 });
    expect(byOrder.get(later)).toEqual({ state: 'CONSUMED', consumed: 270 });
    for (const shelf of shelves) await publish(readingOf(shelf, { seq: 9, grams: 0 }));
    expect(await levelOf(id)).toMatchObject({ onHand: 0 });
  });

  test('is changed while a weight has not stayed for its time: that weight has to stay for the new one, or counts at once', async () => {
    const { id, shelves } = await weighed(300);
    const [shelf] = shelves;
    if (shelf === undefined) throw new Error('No shelf');
    await update(BUDI, { shelfId: shelf.id, stableMilliseconds: 600_000 });
    await publish(readingOf(shelf, { seq: 2, grams: 500 }));
    await update(BUDI, { shelfId: shelf.id, tareGrams: 100 });
    expect(await levelOf(id)).toMatchObject({ onHand: 200 });
    await settleShelves(database, new Date(Date.now() + 660_000));
    expect(await levelOf(id)).toMatchObject({ onHand: 400 });
    await publish(readingOf(shelf, { seq: 3, grams: 700 }));
    expect(await levelOf(id)).toMatchObject({ onHand: 400 });
    await update(BUDI, { shelfId: shelf.id, stableMilliseconds: 0 });
    expect(await levelOf(id)).toMatchObject({ onHand: 600 });
  });

  test('is changed by those who manage stock there, and by nobody else', async () => {
    const { id, shelves } = await weighed(10);
    const shelfId = shelves[0]?.id;
    expect(codesOf(await update(SARI, { shelfId, tareGrams: 1 }))).toEqual(['FORBIDDEN']);
    const foreign = await aShelf('Bubuk Matcha', FOREIGN_OUTLET);
    expect(codesOf(await update(BUDI, { shelfId: foreign.id, tareGrams: 1 }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await stock.run(BUDI, REVOKE, { id: foreign.id }))).toEqual(['NOT_FOUND']);
    const input = { stockItemId: seededItem('Bubuk Matcha', FOREIGN_OUTLET).id, tracking: 'COUNT' };
    expect(codesOf(await stock.run(BUDI, TRACK, { input }))).toEqual(['NOT_FOUND']);
    expect(await levelOf(id)).toMatchObject({ onHand: 10 });
  });
});

const HEALTH = 'health { state lastSeenAt filteredReadings }';
const SHELVES = `query ($scope: SalesScopeInput, $state: [ShelfState!], $first: Int, $after: String) {
  shelves(scope: $scope, state: $state, first: $first, after: $after) {
    totalCount nodes { id ${HEALTH} } pageInfo { hasNextPage endCursor } } }`;

interface ShelvesPage {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string; readonly health: { readonly state: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function shelves(identity: typeof HQ, variables: object): Promise<ShelvesPage> {
  const { data } = await stock.run(identity, SHELVES, { ...variables });
  return Reflect.get(Object(data), 'shelves');
}

async function healthOf(shelf: TestShelf): Promise<{ state: string; lastSeenAt: string | null }> {
  const { data } = await stock.run(
    HQ,
    `query ($id: ID!) { _entities(representations: [{ __typename: "Shelf", id: $id }]) { ... on Shelf { ${HEALTH} } } }`,
    { id: shelf.id },
  );
  return Object(data)._entities[0].health;
}

/** As if what the device has sent so far had been sent so long ago. */
async function elapse({ id }: TestShelf, seconds: number): Promise<void> {
  await stock.pool.query(
    `UPDATE shelf SET last_reading_at = last_reading_at - make_interval(secs => $2), status_at = status_at - make_interval(secs => $2)
     WHERE id = $1`,
    [id, seconds],
  );
}

describe('a shelf’s health', () => {
  test('is offline until the device sends something, and after its last will until it reads again', async () => {
    const shelf = await aShelf();
    expect(await healthOf(shelf)).toEqual({ state: 'OFFLINE', lastSeenAt: null, filteredReadings: 0 });
    await publishStatus(shelf, 'online');
    expect(await healthOf(shelf)).toMatchObject({ state: 'ONLINE', lastSeenAt: expect.any(String) });
    await publish(readingOf(shelf, { seq: 1 }));
    await elapse(shelf, 60);
    const { lastSeenAt } = await healthOf(shelf);
    await publishStatus(shelf, 'offline');
    expect(await healthOf(shelf)).toMatchObject({ state: 'OFFLINE', lastSeenAt });
    await publish(readingOf(shelf, { seq: 2 }));
    expect(await healthOf(shelf)).toMatchObject({ state: 'ONLINE' });
  });

  test('is silent after five minutes without a message, whatever the device’s own clock says', async () => {
    const shelf = await aShelf();
    await publish(readingOf(shelf, { at: '2031-01-01T00:00:00.000Z' }));
    await elapse(shelf, 299);
    expect(await healthOf(shelf)).toMatchObject({ state: 'ONLINE' });
    await elapse(shelf, 2);
    expect(await healthOf(shelf)).toMatchObject({ state: 'SILENT' });
    await publish(readingOf(shelf, { seq: 2, at: '2001-01-01T00:00:00.000Z' }));
    expect(await healthOf(shelf)).toMatchObject({ state: 'ONLINE' });
  });

  test('tells a low battery', async () => {
    const shelf = await aShelf();
    await publish(readingOf(shelf, { seq: 1, batteryPct: 21 }));
    expect(await healthOf(shelf)).toMatchObject({ state: 'ONLINE' });
    await publish(readingOf(shelf, { seq: 2, batteryPct: 20 }));
    expect(await healthOf(shelf)).toMatchObject({ state: 'LOW_BATTERY' });
  });

  test('is listed by state and place, in pages', async () => {
    const [low, other] = [await aShelf(), await aShelf('Bubuk Matcha', FOREIGN_OUTLET)];
    for (const shelf of [low, other]) await publish(readingOf(shelf, { batteryPct: 3 }));
    const idsOf = ({ nodes }: ShelvesPage) => nodes.map(({ id }) => id);
    const flat = await shelves(SARI, { state: ['LOW_BATTERY'] });
    expect(idsOf(flat)).toContain(low.id);
    expect(idsOf(flat)).not.toContain(other.id);
    expect(new Set(flat.nodes.map(({ health }) => health.state))).toEqual(new Set(['LOW_BATTERY']));
    expect(idsOf(await shelves(HQ, { scope: { outletId: FOREIGN_OUTLET }, state: ['LOW_BATTERY'] }))).toEqual(
      [other.id],
    );

    const all: string[] = [];
    let after: string | null = null;
    let totalCount = 0;
    do {
      const page: ShelvesPage = await shelves(BUDI, { scope: { outletId: OWN_OUTLET }, first: 7, after });
      all.push(...idsOf(page));
      totalCount = page.totalCount;
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(all).toEqual([...new Set(all)].sort());
    expect(all).toHaveLength(totalCount);
    expect(all).toContain(low.id);
  });

  test('of a place outside the scope is NOT_FOUND, and FORBIDDEN for a guest', async () => {
    for (const scope of [{ outletId: FOREIGN_OUTLET }, { outletId: newId() }]) {
      expect(codesOf(await stock.run(SARI, SHELVES, { scope }))).toEqual(['NOT_FOUND']);
    }
    expect(codesOf(await stock.run(RINA, SHELVES, {}))).toEqual(['FORBIDDEN']);
  });
});

describe('changes of health', () => {
  const WATCH = `subscription ($scope: SalesScopeInput) { shelfHealthChanged(scope: $scope) {
    shelf { id } version at ${HEALTH} } }`;

  async function* changesFor(identity: typeof HQ, scope?: object): AsyncGenerator<HealthEvent, void, void> {
    const stream = await stock.subscribe(identity, WATCH, { scope });
    try {
      for await (const { data, errors } of stream) {
        expect(errors).toBeUndefined();
        yield Reflect.get(Object(data), 'shelfHealthChanged');
      }
    } finally {
      await stream.return(undefined);
    }
  }

  interface HealthEvent {
    readonly shelf: { readonly id: string };
    readonly health: { readonly state: string };
    readonly version: number;
  }

  /** The next event of the shelf. */
  async function next(
    events: AsyncGenerator<HealthEvent, void, void>,
    shelf: TestShelf,
  ): Promise<HealthEvent> {
    for (;;) {
      const { value } = await events.next();
      if (!value) throw new Error('The stream has ended');
      if (value.shelf.id === shelf.id) return value;
    }
  }

  test('come after a snapshot, each with a higher version, also when nothing comes from the device', async () => {
    const shelf = await aShelf();
    await publish(readingOf(shelf, { seq: 1 }));
    const events = changesFor(SARI, { outletId: OWN_OUTLET });
    const first = await next(events, shelf);
    expect(first).toMatchObject({ health: { state: 'ONLINE' }, version: expect.any(Number) });

    await publish(readingOf(shelf, { seq: 2, batteryPct: 5 }));
    const second = await next(events, shelf);
    expect(second.health.state).toBe('LOW_BATTERY');
    expect(second.version).toBeGreaterThan(first.version);

    await elapse(shelf, 400);
    expect(await next(events, shelf)).toMatchObject({ health: { state: 'SILENT' } });
    await events.return();
  });

  test('come of a shelf that was offline already when it is revoked, or its item removed', async () => {
    const itemId = await anItem('SHELF');
    const [revoked, removed] = [await aShelf(), await aShelfOf(itemId, OWN_OUTLET)];
    const events = changesFor(SARI, { outletId: OWN_OUTLET });
    const before = [await next(events, revoked), await next(events, removed)];
    const revoke = 'mutation ($id: ID!) { revokeShelf(shelfId: $id) { userErrors { code } } }';
    await stock.run(BUDI, revoke, { id: revoked.id });
    const after = [await next(events, revoked)];
    const remove = 'mutation ($id: ID!) { removeStockItem(stockItemId: $id) { userErrors { code } } }';
    await stock.run(BUDI, remove, { id: itemId });
    after.push(await next(events, removed));
    for (const [index, { health, version }] of after.entries()) {
      expect(health.state).toBe('OFFLINE');
      expect(version).toBeGreaterThan(before[index]?.version ?? version);
    }
    await events.return();
  });

  test('of a new shelf come to its outlet’s watchers and to nobody else', async () => {
    const [own, foreign] = [changesFor(SARI), changesFor(HQ, { outletId: FOREIGN_OUTLET })];
    const known = await aShelf();
    await publish(readingOf(known, {}));
    await next(own, known);
    const theirs = await aShelf('Bubuk Matcha', FOREIGN_OUTLET);
    const ours = await aShelf();
    await next(foreign, theirs);
    const seen: string[] = [];
    while (!seen.includes(ours.id)) seen.push((await own.next()).value?.shelf.id ?? '');
    expect(seen).not.toContain(theirs.id);
    await Promise.all([own.return(), foreign.return()]);
  });

  test('of a place outside the scope are NOT_FOUND', async () => {
    await expect(stock.subscribe(SARI, WATCH, { scope: { outletId: FOREIGN_OUTLET } })).rejects.toThrow(
      'NOT_FOUND',
    );
  });
});
