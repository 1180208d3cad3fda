/** What `npm run dead-letters` prints and does. Each answers the exit code. */
import { ConfigurationError } from '../platform/config.js';
import { newCause } from '../platform/events/envelope.js';
import { pageOf } from '../platform/kit/paging.js';
import type { StoredDeadLetter } from '../subgraphs/stock/domain/records.js';
import { replay } from '../subgraphs/stock/operations/replay-dead-letters.js';
import type { OwnStockDatabase } from '../subgraphs/stock/store/database.js';
import {
  countDeadLetters,
  findDeadLetterPage,
  findDeadLetters,
} from '../subgraphs/stock/store/dead-letters.js';

const PAGE = 100;

/** Prints a line. */
export type Print = (line: string) => void;

/** Newest first. @param first how many. */
export async function listLetters(database: OwnStockDatabase, print: Print, first = '20'): Promise<number> {
  const wanted = Number(first);
  if (!Number.isInteger(wanted) || wanted < 1)
    throw new ConfigurationError(`--first is a whole number from 1 on, not "${first}".`);
  let shown = 0;
  for await (const letters of pages(database)) {
    for (const letter of letters.slice(0, wanted - shown)) print(lineOf(letter));
    shown += letters.length;
    if (shown >= wanted) break;
  }
  const all = await countDeadLetters(database);
  print(all === 1 ? '1 dead letter' : `${all} dead letters`);
  return 0;
}

/** @returns 1 where one is not stored. */
export async function showLetters(
  database: OwnStockDatabase,
  print: Print,
  ids: readonly string[],
): Promise<number> {
  const letters = await findDeadLetters(database, ids);
  for (const letter of letters) {
    const { payload, size } = letter;
    const cut = size > payload.byteLength ? `, of which the first ${payload.byteLength} are stored` : '';
    print(`${lineOf(letter)}\n${size} bytes${cut}:\n${printable(Buffer.from(payload).toString('utf8'))}\n`);
  }
  const missing = ids.filter((id) => letters.every((letter) => letter.id !== id.toLowerCase()));
  for (const id of missing) print(`${id} is not stored.`);
  return missing.length === 0 ? 0 : 1;
}

/** @param ids null for all. @returns 1 where any stays. */
export async function replayLetters(
  database: OwnStockDatabase,
  print: Print,
  ids: readonly string[] | null,
): Promise<number> {
  let [replayed, stay] = [0, 0];
  for await (const part of ids === null ? pages(database) : chunksOf(ids)) {
    const outcome = await replay(
      database,
      newCause(),
      part.map((one) => (typeof one === 'string' ? one : one.id)),
    );
    for (const letter of outcome.deadLetters) print(lineOf(letter));
    replayed += outcome.replayed;
    stay += outcome.deadLetters.length;
  }
  print(`${replayed} replayed, ${stay} stay.`);
  return stay === 0 ? 0 : 1;
}

/** Each letter once, newest first, whatever leaves the list meanwhile. */
async function* pages(database: OwnStockDatabase): AsyncGenerator<StoredDeadLetter[], void, void> {
  let after: string | null = null;
  for (;;) {
    const page = { ...pageOf({ first: PAGE }), after };
    const letters: StoredDeadLetter[] = (await findDeadLetterPage(database, page)).slice(0, PAGE);
    const last = letters.at(-1);
    if (last === undefined) return;
    yield letters;
    after = last.id;
  }
}

function* chunksOf(ids: readonly string[]): Generator<readonly string[], void, void> {
  for (let start = 0; start < ids.length; start += PAGE) yield ids.slice(start, start + PAGE);
}

function lineOf({ id, topic, reason, receivedAt }: StoredDeadLetter): string {
  return printable(`${id}  ${receivedAt.toISOString()}  ${reason}  ${topic}`);
}

/** What a device sent must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
