import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../platform/ids.js';
import { readingTopicOf } from '../subgraphs/stock/domain/shelf-topic.js';
import { findDeadLetters, insertDeadLetters } from '../subgraphs/stock/store/dead-letters.js';
import {
  figuresOf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type TestStock,
} from '../subgraphs/stock/testing/harness.js';
import { listLetters, replayLetters, showLetters } from './dead-letter-commands.js';

let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterAll(() => stock.close());

function collecting() {
  const lines: string[] = [];
  return { lines, print: (line: string) => void lines.push(line) };
}

async function given(topic: string, payload: string | Buffer): Promise<string> {
  const message = { topic, payload: Buffer.from(payload) };
  await insertDeadLetters(stock.database, [{ kind: 'dead', reason: 'UNKNOWN_SHELF', detail: '', message }]);
  const row = await stock.database.prisma.deadLetter.findFirstOrThrow({ orderBy: { id: 'desc' } });
  return row.id;
}

test('letters are listed newest first, shown with what they said, and steer no terminal', async () => {
  const older = await given('kedai/older', '{"a":1}');
  const newer = await given('kedai/newer', '\u001b[2Jgone\u009b');
  const listed = collecting();
  expect(await listLetters(stock.database, listed.print, '1')).toBe(0);
  expect(listed.lines).toEqual([
    expect.stringMatching(`^${newer} .*UNKNOWN_SHELF.*kedai/newer$`),
    '2 dead letters',
  ]);

  const shown = collecting();
  expect(await showLetters(stock.database, shown.print, [older, newer])).toBe(0);
  expect(shown.lines.join('\n')).toContain('{"a":1}');
  expect(shown.lines.join('\n')).toContain('\\u{1b}[2Jgone\\u{9b}');
  expect(await showLetters(stock.database, shown.print, [newId()])).toBe(1);
});

test('a replay applies what can be taken now, and prints what stays', async () => {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  const shelf = await givenShelf(stock, item);
  const reading = { seq: 1, bootId: 'b', at: '2026-11-20T08:00:00.000Z', grams: 250 };
  const taken = await given(readingTopicOf(shelf), JSON.stringify(reading));
  const stays = await given(readingTopicOf({ id: newId(), outletId: newId() }), JSON.stringify(reading));
  const replayed = collecting();
  expect(await replayLetters(stock.database, replayed.print, null)).toBe(1);
  expect(replayed.lines.at(-1)).toMatch(/^1 replayed, \d+ stay\.$/);
  expect(await figuresOf(stock, item)).toMatchObject({ onHand: 250 });
  expect((await findDeadLetters(stock.database, [taken, stays])).map(({ id }) => id)).toEqual([stays]);
});
