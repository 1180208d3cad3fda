import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { beforeEach, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { statementsDuring } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { isOnline } from '../domain/connectivity.js';
import { readingTopicOf, topicPrefixOf } from '../domain/shelf-topic.js';
import {
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
} from '../testing/harness.js';
import { describeOnBothBrokers } from '../testing/ingest-harness.js';
import { sparkplugPayload } from '../testing/sparkplug.js';
import { hashOfToken } from './devices/device-token.js';

function payload(seq: number, grams: number, bootId = 'boot-1'): string {
  return JSON.stringify({ seq, bootId, at: '2026-11-20T08:00:00.000Z', grams, batteryPct: 87 });
}

describeOnBothBrokers('ingest', (under) => {
  let item: GivenItem;
  let shelf: GivenShelf;
  let device: mqtt.MqttClient;

  beforeEach(async () => {
    item = await givenItem(under.stock, { ...(await givenOutlet(under.stock)), tracking: 'SHELF' });
    shelf = await admitted();
    device = await under.signIn(shelf);
  });

  /** A further shelf of the item, whose device the broker admits. */
  async function admitted(): Promise<GivenShelf> {
    const given = await givenShelf(under.stock, item);
    await eventually(() =>
      under.devices.admit({ shelfId: given.id, outletId: given.outletId, token: given.token }),
    );
    return given;
  }

  const publish = (message: string | Buffer, topic = readingTopicOf(shelf)) =>
    device.publishAsync(topic, message, { qos: 1 });
  const onHand = async () => (await figuresOf(under.stock, item)).onHand;
  const shelfRow = () => under.stock.database.prisma.shelf.findUniqueOrThrow({ where: { id: shelf.id } });
  const storedReadings = async () => {
    const { rows } = await under.stock.database.pool.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM reading JOIN shelf_boot ON number = boot WHERE shelf_id = $1',
      [shelf.id],
    );
    return rows[0]?.count;
  };
  const deadReasons = async () =>
    (
      await under.stock.database.prisma.deadLetter.findMany({
        where: { topic: { contains: shelf.id } },
        orderBy: { id: 'asc' },
      })
    ).map(({ reason }) => reason.split(':')[0]);

  test('a reading moves the level and is shown on the shelf', async () => {
    await publish(payload(1, 5_230));
    await eventually(async () => expect(await onHand()).toBe(5_230));
    expect(await shelfRow()).toMatchObject({
      units: 5_230,
      seq: 1n,
      batteryPercent: 87,
    });
    await expectLedgerToBalance(under.stock);
  });

  test('many readings, twice each and out of order, end at the last one’s level', async () => {
    const sequence = Array.from({ length: 300 }, (_, index) => index + 1);
    const shuffled = [...sequence, ...sequence].sort(
      (left, right) => ((left * 7_919) % 601) - ((right * 7_919) % 601),
    );
    await Promise.all(shuffled.map((seq) => publish(payload(seq, seq * 10))));
    await eventually(async () => {
      const pending = await under.stock.database.prisma.readingBatch.count({ where: { appliedAt: null } });
      expect({ onHand: await onHand(), pending }).toEqual({ onHand: 3_000, pending: 0 });
    });
    const boot = await under.stock.database.prisma.shelfBoot.findFirstOrThrow({
      where: { shelfId: shelf.id },
    });
    expect(await under.stock.database.prisma.reading.count({ where: { boot: boot.number } })).toBe(300);
    await expectLedgerToBalance(under.stock);
  });

  test('a message that cannot be read becomes a dead letter with its reason and stops no other', async () => {
    await publish('not json');
    await publish(Buffer.from([0xff, 0xfe, 0x00]));
    await publish(JSON.stringify({ seq: -1, bootId: '', at: 'yesterday', grams: 'heavy' }));
    await publish('[]');
    await publish(randomBytes(10_000));
    await publish(payload(1, 900));
    await eventually(async () => expect(await onHand()).toBe(900));
    await eventually(async () =>
      expect(await deadReasons()).toEqual(['NOT_JSON', 'NOT_JSON', 'INVALID', 'INVALID', 'TOO_LARGE']),
    );
  });

  test('a device is refused without its shelf’s token', async () => {
    for (const credentials of [
      { username: shelf.id, password: 'wrong' },
      { username: newId(), password: shelf.token },
      { username: 'not-an-id', password: shelf.token },
      {},
    ]) {
      const attempt = mqtt.connectAsync(under.ingest.mqttUrl, { ...credentials, reconnectPeriod: 0 });
      await expect(attempt).rejects.toThrow(/refused/i);
    }
  });

  test('a device moves its own level alone', async () => {
    const other = await admitted();
    // The broker closes the connection or ignores the message: in neither case does it count.
    await Promise.race([
      publish(payload(1, 666), readingTopicOf(other)).catch(() => undefined),
      new Promise((resolve) => device.once('close', () => resolve(undefined))),
    ]);
    const otherDevice = await under.signIn(other);
    await otherDevice.publishAsync(readingTopicOf(other), payload(1, 70), { qos: 1 });
    await eventually(async () => expect(await onHand()).toBe(70));
    const boots = await under.stock.database.prisma.shelfBoot.findMany({ where: { shelfId: other.id } });
    expect(boots).toHaveLength(1);
  });

  test('a new token ends the session of the old one', async () => {
    const closed = new Promise((resolve) => device.once('close', () => resolve(undefined)));
    const token = `token-${newId()}`;
    await under.stock.database.prisma.shelf.update({
      where: { id: shelf.id },
      data: { tokenHash: hashOfToken(token) },
    });
    await under.devices.admit({ shelfId: shelf.id, outletId: shelf.outletId, token });
    await under.devices.endSessions(shelf.id);
    await closed;
  });

  test('the device of a shelf that is revoked is cut off at once, and refused from then on', async () => {
    const closed = new Promise((resolve) => device.once('close', () => resolve(undefined)));
    const { prisma } = under.stock.database;
    await prisma.shelf.update({ where: { id: shelf.id }, data: { removedAt: new Date() } });
    await under.devices.dismiss(shelf.id);
    await closed;
    await expect(under.signIn(shelf)).rejects.toThrow(/refused|authorized/i);
  });

  test('a shelf is online when its device says so, and offline by its last will', async () => {
    const topic = `${topicPrefixOf(shelf)}status`;
    const will = { topic, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    const scale = await under.signIn(shelf, { will });
    expect((await shelfRow()).isOnline).toBeNull();
    await scale.publishAsync(topic, 'online', { qos: 1, retain: true });
    await eventually(async () => expect((await shelfRow()).isOnline).toBe(true));
    scale.stream.destroy();
    await eventually(async () => expect((await shelfRow()).isOnline).toBe(false));
  });

  test('a shelf is online again as soon as it reads after a last will', async () => {
    const topic = `${topicPrefixOf(shelf)}status`;
    const will = { topic, payload: Buffer.from('offline'), qos: 1, retain: true } as const;
    (await under.signIn(shelf, { will })).stream.destroy();
    await eventually(async () => expect(isOnline(await shelfRow())).toBe(false));
    await publish(payload(1, 500));
    await eventually(async () => expect(isOnline(await shelfRow())).toBe(true));
  });

  test('a scale that numbers nothing moves the level by what it says last, also after Kedai’s own format', async () => {
    const prefix = topicPrefixOf(shelf);
    await publish(payload(9, 4_000));
    await eventually(async () => expect(await onHand()).toBe(4_000));
    await publish('1234.6', `${prefix}sensor/weight/state`);
    await eventually(async () => expect(await onHand()).toBe(1_235));
    await publish('-50', `${prefix}sensor/wifi_signal/state`);
    // A look-up of where readings are stored would be one more for each of them.
    const statements = await statementsDuring(async () => {
      await publish('900.0', `${prefix}sensor/weight/state`);
      await eventually(async () => expect(await onHand()).toBe(900));
    });
    expect(statements.filter((text) => text.includes('shelf_boot')).length).toBeGreaterThan(0);
    expect(statements.filter((text) => text.includes('seen_seqs'))).toEqual([]);
    await publish(payload(1, 800, 'boot-2'));
    await eventually(async () => expect(await onHand()).toBe(800));
    await publish('700.0', `${prefix}sensor/weight/state`);
    await eventually(async () => expect(await onHand()).toBe(700));
    await publish('Offline', `${prefix}tele/LWT`);
    await eventually(async () => expect((await shelfRow()).isOnline).toBe(false));
    expect(await deadReasons()).toEqual([]);
    await expectLedgerToBalance(under.stock);
  });

  test('what Sparkplug B delivers twice counts once, and a new birth supersedes whatever the clock says', async () => {
    const prefix = `${topicPrefixOf(shelf)}spBv1.0/kedai`;
    const at = Date.parse('2026-11-29T08:00:00Z');
    await publish(sparkplugPayload({ bdSeq: 1, weight: 500 }, 0, at), `${prefix}/NBIRTH/scale`);
    await eventually(async () => expect(await onHand()).toBe(500));
    await publish(sparkplugPayload({ weight: 300 }, 2, at + 2_000), `${prefix}/NDATA/scale`);
    await publish(sparkplugPayload({ weight: 400 }, 1, at + 1_000), `${prefix}/NDATA/scale`);
    await publish(sparkplugPayload({ weight: 300 }, 2, at + 2_000), `${prefix}/NDATA/scale`);
    await eventually(async () => expect(await onHand()).toBe(300));
    const boot = await under.stock.database.prisma.shelfBoot.findFirstOrThrow({
      where: { shelfId: shelf.id },
    });
    await eventually(async () =>
      expect(await under.stock.database.prisma.reading.count({ where: { boot: boot.number } })).toBe(3),
    );
    await publish(sparkplugPayload({ bdSeq: 2, weight: 250 }, 0, 5_000), `${prefix}/NBIRTH/scale`);
    await eventually(async () => expect(await onHand()).toBe(250));
    await publish(sparkplugPayload({ weight: 200 }, 1, 6_000), `${prefix}/NDATA/scale`);
    await eventually(async () => expect(await onHand()).toBe(200));

    // Delivered again after a birth with a clock that was set back, and late after one whose clock is right.
    await publish(sparkplugPayload({ weight: 300 }, 2, at + 2_000), `${prefix}/NDATA/scale`);
    await publish(sparkplugPayload({ bdSeq: 3, weight: 150 }, 0, at + 10_000), `${prefix}/NBIRTH/scale`);
    await eventually(async () => expect(await onHand()).toBe(150));
    await publish(sparkplugPayload({ weight: 640 }, 3, at + 3_000), `${prefix}/NDATA/scale`);
    await publish(sparkplugPayload({ weight: 300 }, 2, at + 2_000), `${prefix}/NDATA/scale`);
    await publish(sparkplugPayload({ weight: 120 }, 1, at + 11_000), `${prefix}/NDATA/scale`);
    await eventually(async () => expect(await onHand()).toBe(120));
    const boots = await under.stock.database.prisma.shelfBoot.findMany({
      ...{ where: { shelfId: shelf.id }, orderBy: { number: 'asc' } },
    });
    const weights = boots.map(async ({ number }) => {
      const readings = await under.stock.database.prisma.reading.findMany({ where: { boot: number } });
      return readings.map(({ grams }) => Number(grams)).toSorted((one, other) => one - other);
    });
    expect(await Promise.all(weights)).toEqual([
      [300, 400, 500],
      [200, 250, 640],
      [120, 150],
    ]);
    await expectLedgerToBalance(under.stock);
  });

  test('what is published while the database takes nothing is stored once it does', async () => {
    const blocker = await under.stock.database.pool.connect();
    let publishing: Promise<unknown> = Promise.resolve();
    try {
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE reading IN ACCESS EXCLUSIVE MODE');
      publishing = Promise.all(
        Array.from({ length: 300 }, (_, seq) => publish(payload(seq, 1_000 + seq, 'waiting'))),
      );
      await eventually(async () => {
        const { rowCount } = await under.stock.database.pool.query(
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%store_readings%' AND datname = current_database()",
        );
        expect(rowCount).toBe(1);
      });
    } finally {
      await blocker.query('COMMIT');
      blocker.release();
    }
    await publishing;
    await eventually(async () => expect(await onHand()).toBe(1_299));
    expect(await storedReadings()).toBe(300);
    await expectLedgerToBalance(under.stock);
  });

  test('lost database connections lose no reading', async () => {
    const publishing = Array.from({ length: 50 }, (_, seq) => publish(payload(seq, 2_000 + seq, 'lost')));
    await under.stock.database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'kedai-stock' AND pid <> pg_backend_pid()`,
    );
    await Promise.all(publishing);
    await eventually(async () => expect(await onHand()).toBe(2_049));
    expect(await storedReadings()).toBe(50);
  });

  test('readings whose job was lost are applied by the sweep', async () => {
    const traceId = newId();
    await under.stock.database.pool.query('SELECT store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      newId(),
      traceId,
      [shelf.id],
      [shelf.outletId],
      ['boot-1'],
      [1],
      [444],
      ['2026-11-20T08:00:00.000Z'],
      [null],
    ]);
    await under.stock.database.pool.query(
      "UPDATE reading_batch SET received_at = now() - interval '1 minute' WHERE trace_id = $1",
      [traceId],
    );
    await eventually(async () => expect(await onHand()).toBe(444));
  });
});
