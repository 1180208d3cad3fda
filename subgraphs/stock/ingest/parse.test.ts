import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { MAXIMUM_PAYLOAD_BYTES, parse } from './parse.js';

const [outletId, shelfId] = [newId(), newId()];
const TOPIC = `kedai/v1/${outletId}/shelves/${shelfId}/reading`;
const GOOD = { seq: 42, bootId: 'b7f3', at: '2026-11-20T08:00:00.000Z', grams: 5_230, batteryPct: 87 };

const told = (content: unknown, topic = TOPIC) =>
  parse({ topic, payload: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)) });

test('a reading says what it says', () => {
  expect(told(GOOD)).toMatchObject({
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

test('a scale may have a time zone, fractions of grams and no battery', () => {
  const { batteryPct: _, ...wired } = { ...GOOD, at: '2026-11-20T15:00:00+07:00', grams: 5_229.6 };
  expect(told(wired)).toMatchObject({
    kind: 'reading',
    at: new Date('2026-11-20T08:00:00.000Z'),
    grams: 5_230,
    batteryPercent: null,
  });
});

describe('kept as a dead letter', () => {
  test.each([
    ['seq', -1],
    ['seq', 1.5],
    ['seq', 2 ** 31],
    ['seq', '42'],
    ['bootId', ''],
    ['bootId', 'x'.repeat(65)],
    ['bootId', 'a\0b'],
    ['at', 'yesterday'],
    ['at', '2026-11-20'],
    ['at', '0000-01-01T00:00:00Z'],
    ['grams', null],
    ['grams', 1e12],
    ['batteryPct', 101],
  ])('%s of %j, with the field in the reason', (field, value) => {
    expect(told({ ...GOOD, [field]: value })).toMatchObject({
      kind: 'dead',
      reason: 'INVALID',
      detail: expect.stringContaining(field),
    });
  });

  test.each(['', 'x', '{', '{"seq": NaN}'])('%j, which is no JSON', (text) => {
    expect(told(text)).toMatchObject({ kind: 'dead', reason: 'NOT_JSON' });
  });

  test.each(['null', '[]', '"x"', '42'])('%s, which is no reading', (text) => {
    expect(told(text)).toMatchObject({ kind: 'dead', reason: 'INVALID' });
  });

  test('what is too large, without being read', () => {
    expect(told(' '.repeat(MAXIMUM_PAYLOAD_BYTES + 1))).toMatchObject({ kind: 'dead', reason: 'TOO_LARGE' });
  });

  test.each([
    'kedai/v1/x/shelves/y/reading',
    `kedai/v2/${outletId}/shelves/${shelfId}/reading`,
    `${TOPIC}/more`,
  ])('what comes on %s', (topic) => {
    expect(told(GOOD, topic)).toMatchObject({ kind: 'dead', reason: 'UNKNOWN_TOPIC' });
  });
});

test('a status is online or offline', () => {
  const topic = TOPIC.replace(/reading$/, 'status');
  expect(told('online', topic)).toEqual({ kind: 'status', outletId, shelfId, isOnline: true });
  expect(told('offline', topic)).toEqual({ kind: 'status', outletId, shelfId, isOnline: false });
  expect(told('asleep', topic)).toMatchObject({ kind: 'dead', reason: 'INVALID' });
});

test('nothing that can be sent makes it throw', () => {
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
