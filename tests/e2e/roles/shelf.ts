/** A shelf’s scale, as a device: it signs in with its own token, reports weights over a bad line, and can do nothing else. */
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { eventually } from '../../support/wait.js';
import type { GetPlace, Place } from './place.js';

interface Shelf {
  readonly id: string;
  readonly topic: string;
}

interface Level {
  readonly onHand: number;
  readonly shelves: readonly {
    readonly health: { readonly state: string } | null;
    readonly batteryPercent: number | null;
  }[];
}

const TARE_GRAMS = 200;

export function shelfsDay(at: GetPlace): void {
  let stockItemId = '';
  let shelf: Shelf;
  let token = '';
  let scale: MqttClient;

  const connect = (password: string, options: IClientOptions = {}) =>
    connectAsync(at().mqttUrl, { username: shelf.id, password, reconnectPeriod: 0, ...options });

  const report = (seq: number, grams: number, bootId = 'first') =>
    scale.publishAsync(
      shelf.topic,
      JSON.stringify({ seq, bootId, at: new Date().toISOString(), grams, batteryPct: 87 }),
      { qos: 1 },
    );

  const levelFor = async ({ floor }: Place) =>
    (
      await floor.people.budi.execute<{ stockItem: Level }>(
        'query ($id: ID!) { stockItem(id: $id) { onHand shelves { batteryPercent health { state } } } }',
        { id: stockItemId },
      )
    ).stockItem;

  const isAt = (onHand: number) => eventually(async () => expect((await levelFor(at())).onHand).toBe(onHand));

  it('gets its place and its token from the manager, and signs in with no other', async () => {
    const { floor } = at();
    const { outletId } = floor;
    stockItemId = await floor.stockItem('SHELF', null);
    const registered = await floor.execute<{ shelf: Shelf; deviceToken: string }>(
      floor.people.budi,
      'registerShelf',
      { input: { outletId, stockItemId, gramsPerUnit: 50, tareGrams: TARE_GRAMS } },
      'shelf { id topic } deviceToken',
    );
    shelf = registered.shelf;
    token = registered.deviceToken;
    await expect(connect('guessed')).rejects.toThrow();
    const statusTopic = shelf.topic.replace(/reading$/, 'status');
    const will = { topic: statusTopic, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    scale = await eventually(() => connect(token, { will }));
    await scale.publishAsync(statusTopic, 'online', { qos: 1, retain: true });
  });

  it('reports weights, which the outlet’s staff see in units as they come', async () => {
    const { floor } = at();
    const levels = floor.people.sari.subscribe<{
      stockLevelChanged: { onHand: number; cause: { grams: number } | null };
    }>(
      `subscription ($outletId: ID!, $ids: [ID!]) { stockLevelChanged(outletId: $outletId, stockItemIds: $ids) {
         onHand cause { ... on ReadingCause { grams } } } }`,
      { outletId: floor.outletId, ids: [stockItemId] },
    );
    await eventually(() => expect(levels.events).toHaveLength(1));
    await report(1, TARE_GRAMS + 1_000);
    await eventually(() =>
      expect(levels.events.at(-1)?.stockLevelChanged).toEqual({ onHand: 20, cause: { grams: 1_200 } }),
    );
    levels.close();
    expect((await levelFor(at())).shelves).toEqual([{ batteryPercent: 87, health: { state: 'ONLINE' } }]);
  });

  it('repeats itself and mixes up the order over a bad line, and each reading counts once', async () => {
    const { floor } = at();
    for (const [seq, grams] of [
      [3, 800],
      [2, 900],
      [3, 800],
      [1, 1_000],
    ] as const)
      await report(seq, TARE_GRAMS + grams);
    await isAt(16);
    const { stockItem } = await floor.people.budi.execute<{
      stockItem: { movements: { nodes: { delta: number; kind: string }[] } };
    }>('query ($id: ID!) { stockItem(id: $id) { movements { nodes { kind delta } } } }', { id: stockItemId });
    const deltas = stockItem.movements.nodes
      .filter(({ kind }) => kind === 'READING')
      .map(({ delta }) => delta);
    expect(deltas.reduce((sum, delta) => sum + delta, 0)).toBe(16);
  });

  it('starts again after a power cut, and late readings of before move nothing', async () => {
    await report(1, TARE_GRAMS + 500, 'second');
    await isAt(10);
    await report(9, TARE_GRAMS + 2_000, 'first');
    await report(2, TARE_GRAMS + 450, 'second');
    await isAt(9);
  });

  it('sends what cannot be read, which head office finds with its reason, and goes on', async () => {
    const { floor } = at();
    const payload = `no reading but ${newId()}`;
    await scale.publishAsync(shelf.topic, payload, { qos: 1 });
    await report(3, TARE_GRAMS + 400, 'second');
    await isAt(8);
    const letters = '{ deadLetters(first: 100) { nodes { topic payload reason } } }';
    const { deadLetters } = await floor.people.hq.execute<{ deadLetters: { nodes: object[] } }>(letters);
    expect(deadLetters.nodes).toContainEqual({ topic: shelf.topic, payload, reason: expect.any(String) });
    expect(await floor.people.budi.codes(letters)).toEqual(['FORBIDDEN']);
  });

  it('warns the outlet’s staff when little is left', async () => {
    const { floor } = at();
    const { budi } = floor.people;
    const alerts = budi.subscribe<{
      lowStock: { kind: string; available: number; stockItem: { id: string } };
    }>(
      'subscription ($outletId: ID!) { lowStock(outletId: $outletId) { kind available stockItem { id } } }',
      { outletId: floor.outletId },
    );
    await report(4, TARE_GRAMS + 150, 'second');
    await eventually(() =>
      expect(alerts.events.map(({ lowStock }) => lowStock)).toContainEqual({
        ...{ kind: 'LOW', available: 3, stockItem: { id: stockItemId } },
      }),
    );
    alerts.close();
  });

  it('may speak for no other shelf', async () => {
    const { floor } = at();
    const stranger = await connect(token);
    const closed = new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    const topic = shelf.topic.replace(shelf.id, await floor.shelf());
    stranger.publish(topic, JSON.stringify({ seq: 1, bootId: 'x', at: new Date().toISOString(), grams: 1 }));
    await closed;
    await isAt(3);
  });

  it('is shown offline when it loses its connection', async () => {
    scale = await eventually(() =>
      connect(token, {
        will: {
          ...{ topic: shelf.topic.replace(/reading$/, 'status'), payload: Buffer.from('offline') },
          ...{ qos: 1, retain: true },
        },
      }),
    );
    await report(5, TARE_GRAMS + 150, 'second');
    await eventually(async () => expect((await levelFor(at())).shelves[0]?.health?.state).toBe('ONLINE'));
    scale.stream.destroy();
    await eventually(async () => expect((await levelFor(at())).shelves[0]?.health?.state).toBe('OFFLINE'));
  });

  it('is shut out once it has a new token, until it is given that', async () => {
    const { floor } = at();
    const { deviceToken } = await floor.execute<{ deviceToken: string }>(
      floor.people.budi,
      'rotateDeviceToken',
      { shelfId: shelf.id },
      'deviceToken',
    );
    await expect(connect(token)).rejects.toThrow();
    scale = await eventually(() => connect(deviceToken));
    await report(6, TARE_GRAMS + 100, 'second');
    await isAt(2);
    await scale.endAsync();
  });

  it('is no caller of the API', async () => {
    const { floor, visitor } = at();
    const device = visitor.with({ authorization: `Bearer ${token}` });
    expect(await device.codes('query ($id: ID!) { stockItem(id: $id) { id } }', { id: stockItemId })).toEqual(
      ['UNAUTHENTICATED'],
    );
    expect(await floor.refusals(floor.people.sari, 'rotateDeviceToken', { shelfId: shelf.id })).toEqual([
      'FORBIDDEN',
    ]);
  });
}
