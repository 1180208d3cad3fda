import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.js';

function parsed(pieces: readonly Uint8Array[], maximumLength = 1_000): ServerSentEvent[] {
  const parser = new EventStreamParser(maximumLength);
  return pieces.flatMap((piece) => parser.push(piece));
}

test.each([
  ['an event with a type and data', 'event: next\ndata: 1\n\n', [{ event: 'next', data: '1' }]],
  ['an event without a type', 'data:1\n\n', [{ event: 'message', data: '1' }]],
  ['data in several lines', 'data: a\ndata:  b\ndata\n\n', [{ event: 'message', data: 'a\n b\n' }]],
  ['an event without data', 'event: complete\n\n', [{ event: 'complete', data: '' }]],
  [
    'comments, ids and what it does not know',
    ':\n\n: x\nid: 1\nretry: 5\nother\ndata: 1\n\n',
    [{ event: 'message', data: '1' }],
  ],
  ['lines that end with a carriage return', 'event: next\rdata: 1\r\r', [{ event: 'next', data: '1' }]],
  ['a byte-order mark', '\uFEFFdata: 1\n\n', [{ event: 'message', data: '1' }]],
  ['no event that is not complete', 'data: 1\n', []],
])('parses %s', (_what, text, events) => {
  expect(parsed([Buffer.from(text)])).toEqual(events);
});

test('parses the same however the stream is cut into pieces', () => {
  const bytes = Buffer.from('event: next\r\ndata: Kopi ☕\r\n\r\n:\r\rdata: é\n\nevent: complete\n\n');
  const whole = parsed([bytes]);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
      const ends = [...cuts.toSorted((one, other) => one - other), bytes.length];
      expect(parsed(ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)))).toEqual(whole);
    }),
  );
});

// To join or scan the whole at each piece would take hours.
test('parses a long line that comes in hundreds of thousands of pieces', () => {
  const pieces = [
    Buffer.from('data: '),
    ...Array.from({ length: 500_000 }, () => Buffer.from('kopi susu gula aren ')),
    Buffer.from('\n\n'),
  ];
  expect(parsed(pieces, 20_000_000)).toEqual([
    { event: 'message', data: 'kopi susu gula aren '.repeat(500_000) },
  ]);
});

test('refuses an event that grows beyond its bound, in one line or in many', () => {
  expect(() => parsed([Buffer.from(`data: ${'x'.repeat(100)}`)], 50)).toThrow(RangeError);
  expect(() => parsed([Buffer.from('data: xxxxxxxxxx\n'.repeat(10))], 50)).toThrow(RangeError);
});
