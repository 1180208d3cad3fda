/**
 * What devices must never send, generated, the same every time: none of it is read and each message has a reason. A sample goes through the
 * receiver: each message is stored and counted, and nothing is applied.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { metrics } from '../../../platform/metrics.js';
import type { Platform } from '../../../platform/platform.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import type { Message } from '../domain/shelf-message.js';
import { readingTopicOf, topicPrefixOf } from '../domain/shelf-topic.js';
import {
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type TestStock,
} from '../testing/harness.js';
import { sparkplugPayload } from '../testing/sparkplug.js';
import { parse } from './parse.js';
import { createReceiver } from './receiver.js';

const MESSAGES = 100_000;
/** Of so many messages one goes through the receiver. */
const SAMPLED = 50;

let stock: TestStock;
let platform: Platform & { drop(): Promise<void> };
let item: GivenItem;
let shelf: GivenShelf;
beforeAll(async () => {
  stock = await openTestStock();
  platform = await openTestPlatform({ STOCK_DATABASE_URL: stock.url });
  item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  shelf = await givenShelf(stock, item);
});
afterAll(async () => {
  await platform.drop();
  await stock.close();
});

/** Whole numbers below a bound (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const NO_NUMBERS = [
  '"1"',
  'true',
  'null',
  '[]',
  '{}',
  '[1]',
  '{"value":1}',
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '01',
  '.5',
  '+1',
  "'1'",
];
const WRONG: Readonly<Record<string, readonly string[]>> = {
  seq: [...NO_NUMBERS, '-1', '1.5', '1e-3', '9007199254740992', '1e20', '1e400', '-0.1'],
  bootId: ['1', 'true', 'null', '[]', '{}', '""', '"\\u0000"', `"${'b'.repeat(65)}"`],
  at: [
    '1',
    'null',
    '"yesterday"',
    '"2026-13-40T99:99:99Z"',
    '"2026-11-20"',
    '"+010000-01-01T00:00:00Z"',
    '"0000-01-01T00:00:00Z"',
    '[]',
  ],
  grams: [...NO_NUMBERS, '1e9', '-1e9', '100000001', '1e400', '-1e400', '"NaN"'],
  batteryPct: [...NO_NUMBERS.filter((text) => text !== 'null'), '-1', '101', '1e400'],
};

/** At a topic of a format beside Kedai's own. */
function badInOtherFormat(random: (below: number) => number, own: GivenShelf): Message {
  const pick = <One>(from: readonly One[]): One | undefined => from[random(from.length)];
  const noNumber = () =>
    Buffer.from(
      pick(['', ' ', 'nan', 'inf', '0x10', '1,5', '1 2', '--1', '1e400', '100000001', '{}', '\xff', '٣']) ??
        '',
    );
  const noNumberOrBytes = () =>
    random(3) === 0 ? Buffer.from([...noNumber(), 0x80 + random(64)]) : noNumber();
  const sensor = () => {
    const weight = pick(WRONG.grams ?? []) ?? 'null';
    const text = `{"Time":"2026-11-29T08:00:00","HX711":{"Weight":${weight === '1e9' ? '1e6' : weight}}}`;
    return Buffer.from(random(3) === 0 ? text.slice(0, 1 + random(text.length - 1)) : text);
  };
  const metrics = () => {
    const seq = pick([0, 255, 256]) ?? 0;
    const timestamp = seq === 256 ? 1_000 : (pick([1e15, 2 ** 53]) ?? 1e15);
    const good = sparkplugPayload({ weight: random(1_000) }, seq, timestamp);
    const ways = [
      () => good,
      () =>
        sparkplugPayload({ weight: pick([1e9, -1e9, Number.NaN, Number.POSITIVE_INFINITY]) ?? 0 }, 1, 1_000),
      () => sparkplugPayload({ '': 5 }, 1, 1_000),
      () => Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), good]),
    ];
    return (pick(ways) ?? (() => good))();
  };
  const places: readonly (readonly [string, () => Buffer])[] = [
    ['grams', noNumberOrBytes],
    ['sensor/weight/state', noNumberOrBytes],
    ['homie/scale/cell/weight', noNumberOrBytes],
    ['homie/5/scale/cell/weight', noNumberOrBytes],
    ['homie/5/scale/$state', () => Buffer.from(pick(['Ready', 'ready ', 'on', '\xff']) ?? 'on')],
    ['tele/LWT', () => Buffer.from(pick(['online', '', 'Online ', '\xff']) ?? '')],
    ['tele/SENSOR', sensor],
    ['spBv1.0/kedai/NDATA/scale', metrics],
    ['spBv1.0/kedai/NBIRTH/scale', metrics],
    ['spBv1.0/kedai/DDATA/edge/scale', metrics],
    ...['spBv1.0/kedai/NDATA', 'spBv1.0/kedai/NDATA/edge/scale', 'spBv1.0/kedai/DBIRTH/scale'].map(
      (rest) => [rest, () => sparkplugPayload({ weight: 1 }, 1, 1_000)] as const,
    ),
    ...[
      'homie',
      'homie/weight',
      'grams/',
      'grams/1',
      'tele',
      'tele/SENSOR/1',
      'sensor/weight',
      'spBv2/a/NDATA/b',
    ].map((rest) => [rest, () => Buffer.from('5')] as const),
  ];
  const [rest, payloadOf] = pick(places) ?? ['grams', noNumber];
  return { topic: `${topicPrefixOf(own)}${rest}`, payload: payloadOf() };
}

/** One bad message for every number. @param own a shelf that is there. */
function badMessage(random: (below: number) => number, own: GivenShelf): Message {
  const pick = <One>(from: readonly One[]): One | undefined => from[random(from.length)];
  const good: Record<string, string> = {
    seq: String(random(1_000_000)),
    bootId: `"boot-${random(1_000)}"`,
    at: '"2026-11-20T08:00:00.000Z"',
    grams: String(random(10_000)),
    batteryPct: String(random(101)),
  };
  const textOf = (fields: Readonly<Record<string, string>>) =>
    `{${Object.entries(fields)
      .map(([name, value]) => `"${name}":${value}`)
      .join(',')}}`;
  const said = (payload: string | Buffer, topic = readingTopicOf(own)): Message => ({
    topic,
    payload: Buffer.from(payload),
  });
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => random(256)));
  const ways: readonly (() => Message)[] = [
    () => {
      const name = pick(Object.keys(WRONG)) ?? 'seq';
      return said(textOf({ ...good, [name]: pick(WRONG[name] ?? []) ?? 'x' }));
    },
    () => {
      const { [pick(['seq', 'bootId', 'at', 'grams']) ?? 'seq']: _lost, ...rest } = good;
      return said(textOf(rest));
    },
    () => {
      const text = textOf(good);
      return said(text.slice(0, random(text.length)));
    },
    () => {
      const text = Buffer.from(textOf(good));
      const place = random(text.length + 1);
      const broken = Buffer.from(pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8], [0xc3]]) ?? [0xff]);
      return said(Buffer.concat([text.subarray(0, place), broken, text.subarray(place)]));
    },
    () => said(bytes(random(200))),
    () => {
      const depth = 1 + random(1_900);
      const [open, close] = pick([
        ['[', ']'],
        ['{"a":', '}'],
      ] as const) ?? ['[', ']'];
      const deep = `${open.repeat(Math.ceil(depth / open.length))}1${close.repeat(Math.ceil(depth / open.length))}`;
      return said(random(2) === 0 ? deep : textOf({ ...good, grams: deep }));
    },
    () =>
      said(
        pick([
          '',
          ' ',
          '\n',
          '\0',
          '\ufeff',
          'null',
          '1',
          '"text"',
          '[]',
          '{}',
          '{"__proto__":{"seq":1}}',
          'online',
        ]) ?? '',
      ),
    () => said(Buffer.alloc(4_097 + (random(200) === 0 ? 1_048_576 : random(4_096)), textOf(good))),
    () =>
      said(
        pick(['Online', ' online', 'off', '', '{"status":"online"}', 'online\0', '\xff']) ?? '',
        `${topicPrefixOf(own)}status`,
      ),
    () => {
      const topic = pick([
        ...['', '/', 'kedai', 'kedai/v1', `kedai/v2/${own.outletId}/shelves/${own.id}/reading`],
        ...[
          `${readingTopicOf(own)}/`,
          `/${readingTopicOf(own)}`,
          `${readingTopicOf(own)}s`,
          `${topicPrefixOf(own)}readings`,
        ],
        ...[`kedai/v1/${own.outletId}/shelves//reading`, `kedai/v1/+/shelves/${own.id}/reading`, '#'],
        ...[
          `kedai/v1/${own.outletId}/shelves/${own.id}\0/reading`,
          `kedai/v1/${own.id.slice(1)}/shelves/${own.id}/reading`,
        ],
        ...[
          `${readingTopicOf(own)}\ud83d`,
          'k'.repeat(65_535),
          topicPrefixOf(own),
          `${own.outletId}/${own.id}`,
        ],
        bytes(random(40)).toString('latin1'),
      ]);
      return said(textOf(good), topic);
    },
    () =>
      said(
        textOf(good),
        readingTopicOf(
          pick([
            { ...own, id: newId() },
            { ...own, outletId: newId() },
            { id: own.outletId, outletId: own.id },
          ]) ?? own,
        ),
      ),
    () => badInOtherFormat(random, own),
  ];
  return pick(ways)?.() ?? said('');
}

test(`of ${MESSAGES} bad messages none is read, and each of a sample is stored and counted with its reason`, async () => {
  const random = generator(20_261_129);
  const receiver = createReceiver(stock.database, platform.queues, platform.log);
  const counted = deadLettersCounted(await metrics.metrics());
  let unread = 0;
  let receiving: Promise<void>[] = [];
  let received = 0;
  for (let index = 0; index < MESSAGES; index += 1) {
    const message = badMessage(random, shelf);
    const parsed = parse(message);
    if (parsed.kind === 'dead' && parsed.reason.length > 0) unread += 1;
    // That such a shelf does not exist, the database knows.
    else if (
      parsed.kind === 'reading' &&
      `${parsed.shelfId}${parsed.outletId}` !== `${shelf.id}${shelf.outletId}`
    )
      unread += 1;
    else
      expect.fail(
        `Read as ${parsed.kind}: ${message.topic} ${Buffer.from(message.payload).toString('latin1')}`,
      );
    if (index % SAMPLED !== 0) continue;
    receiving.push(receiver.receive(message));
    if (receiving.length < 500) continue;
    await Promise.all(receiving);
    received += receiving.length;
    receiving = [];
  }
  await Promise.all(receiving);
  received += receiving.length;
  await receiver.stop();

  expect(unread).toBe(MESSAGES);
  expect(received).toBe(MESSAGES / SAMPLED);
  const { prisma } = stock.database;
  expect(await prisma.deadLetter.count()).toBe(received);
  expect(await prisma.deadLetter.count({ where: { reason: '' } })).toBe(0);
  expect(deadLettersCounted(await metrics.metrics()) - counted).toBe(received);
  const reasons = await prisma.deadLetter.findMany({ select: { reason: true } });
  expect(new Set(reasons.map(({ reason }) => reason.split(':')[0]))).toEqual(
    new Set(['INVALID', 'NOT_JSON', 'TOO_LARGE', 'UNKNOWN_SHELF', 'UNKNOWN_TOPIC']),
  );
  expect(await prisma.reading.count()).toBe(0);
  expect(await prisma.shelf.findUniqueOrThrow({ where: { id: shelf.id } })).toMatchObject({
    ...{ lastReadingAt: null, isOnline: null },
  });
  expect(await figuresOf(stock, item)).toMatchObject({ onHand: 0 });
});

function deadLettersCounted(text: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith('kedai_ingest_dead_letters_total{'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
