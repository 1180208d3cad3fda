import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { MAXIMUM_PAYLOAD_BYTES } from '../domain/shelf-message.js';
import { parse } from './parse.js';

const [outletId, shelfId] = [newId(), newId()];
const TOPIC = `kedai/v1/${outletId}/shelves/${shelfId}/reading`;
const GOOD = { seq: 42, bootId: 'b7f3', at: '2026-11-20T08:00:00.000Z', grams: 5_230, batteryPct: 87 };

const parsed = (content: unknown, topic = TOPIC) =>
  parse({ topic, payload: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)) });

test('a reading is parsed into its fields', () => {
  expect(parsed(GOOD)).toMatchObject({
    kind: 'reading',
    outletId,
    shelfId,
    bootId: 'b7f3',
    seq: 42,
    at: new Date('2026-11-20T08:00:00.000Z'),
    grams: 5_230,
    batteryPercent: 87,
  });
});

test.each([0, 2 ** 31, 1_763_625_600_000, Number.MAX_SAFE_INTEGER])('seq may be %d', (seq) => {
  expect(parsed({ ...GOOD, seq })).toMatchObject({ kind: 'reading', seq });
});

test.each([
  '0001-01-01T00:00:00Z',
  '1904-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
])('a device whose clock says %s is read all the same', (at) => {
  expect(parsed({ ...GOOD, at })).toMatchObject({ kind: 'reading', at: new Date(at) });
});

test('a seq beyond 53 bits is a dead letter that names the width', () => {
  for (const seq of ['9007199254740992', '9007199254740993', '1e300']) {
    expect(parsed(JSON.stringify({ ...GOOD, seq: 0 }).replace('"seq":0', `"seq":${seq}`))).toMatchObject({
      kind: 'dead',
      reason: 'INVALID',
      detail: expect.stringMatching(/^seq: .*53 bits/),
    });
  }
});

test('a status that the broker delivers for a new subscription is marked as such', () => {
  const message = { topic: TOPIC.replace(/reading$/, 'status'), payload: Buffer.from('offline') };
  expect(parse({ ...message, isRetained: true })).toMatchObject({ isOnline: false, isRetained: true });
});

test('a scale may have a time zone, fractions of grams and no battery', () => {
  const { batteryPct: _, ...wired } = { ...GOOD, at: '2026-11-20T15:00:00+07:00', grams: 5_229.6 };
  expect(parsed(wired)).toMatchObject({
    kind: 'reading',
    at: new Date('2026-11-20T08:00:00.000Z'),
    grams: 5_229.6,
    batteryPercent: null,
  });
});

describe('a dead letter is', () => {
  test.each([
    ['seq', -1],
    ['seq', 1.5],
    ['seq', '42'],
    ['bootId', ''],
    ['bootId', 'x'.repeat(65)],
    ['bootId', 'a\0b'],
    ['at', 'yesterday'],
    ['at', '2026-11-20'],
    ['at', '0000-01-01T00:00:00Z'],
    ['at', '0001-01-01T00:00:00+14:00'],
    ['at', '9999-12-31T23:59:59-12:00'],
    ['at', undefined],
    ['at', 1_763_625_600_000],
    ['grams', null],
    ['grams', '5230'],
    ['grams', undefined],
    ['grams', 1e12],
    ['batteryPct', 101],
  ])('%s of %j, with the field in the reason', (field, value) => {
    expect(parsed({ ...GOOD, [field]: value })).toMatchObject({
      kind: 'dead',
      reason: 'INVALID',
      detail: expect.stringContaining(field),
    });
  });

  test.each(['', 'x', '{', '{"seq": NaN}'])('%j, which is not JSON', (text) => {
    expect(parsed(text)).toMatchObject({ kind: 'dead', reason: 'NOT_JSON' });
  });

  test.each(['null', '[]', '"x"', '42'])('%s, which is no reading', (text) => {
    expect(parsed(text)).toMatchObject({ kind: 'dead', reason: 'INVALID' });
  });

  test('a payload that is too large, which is not parsed', () => {
    expect(parsed(' '.repeat(MAXIMUM_PAYLOAD_BYTES + 1))).toMatchObject({
      kind: 'dead',
      reason: 'TOO_LARGE',
    });
  });

  test.each([
    'kedai/v1/x/shelves/y/reading',
    `kedai/v2/${outletId}/shelves/${shelfId}/reading`,
    `${TOPIC}/more`,
  ])('any message on %s', (topic) => {
    expect(parsed(GOOD, topic)).toMatchObject({ kind: 'dead', reason: 'UNKNOWN_TOPIC' });
  });
});

test('a status is online or offline', () => {
  const topic = TOPIC.replace(/reading$/, 'status');
  expect(parsed('online', topic)).toMatchObject({ kind: 'status', outletId, shelfId, isOnline: true });
  expect(parsed('offline', topic)).toMatchObject({ kind: 'status', outletId, shelfId, isOnline: false });
  expect(parsed('asleep', topic)).toMatchObject({ kind: 'dead', reason: 'INVALID' });
});

test('no message makes it throw', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => new Uint8Array(Buffer.from(text))),
    fc
      .record({
        seq: fc.anything(),
        bootId: fc.anything(),
        at: fc.date({ noInvalidDate: true }),
        grams: fc.anything(),
      })
      .map(
        (content) =>
          new Uint8Array(
            Buffer.from(
              JSON.stringify(content, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ??
                '',
            ),
          ),
      ),
  );
  fc.assert(
    fc.property(
      anything,
      fc.constantFrom(TOPIC, TOPIC.replace(/reading$/, 'status'), 'x'),
      (payload, topic) => {
        expect(['reading', 'status', 'dead']).toContain(parse({ topic, payload }).kind);
      },
    ),
  );
});
