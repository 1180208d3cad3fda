/**
 * Reads dead letters again: what can be taken now is stored and applied as a reading, once, and leaves the list; the rest stays with its
 * present reason. A reading counts as of when it arrived: a boot that it names supersedes none that the shelf has named since, and it is no sign
 * of the device from now.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { isId } from '../../../platform/ids.js';
import { isRefusedForItsData } from '../../../platform/kit/coalescing-writer.js';
import { continueTrace } from '../../../platform/trace.js';
import type { Context } from '../context.js';
import type { Level, StoredDeadLetter } from '../domain/records.js';
import { type DeadLetter, dead, type Reading } from '../domain/shelf-message.js';
import { parse } from '../ingest/parse.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase, Work } from '../store/database.js';
import { deleteDeadLetters, findDeadLetters, updateReason } from '../store/dead-letters.js';
import { inTheirBoots } from '../store/latest-boots.js';
import { insertEarlierReadings, updateLevels } from '../store/readings.js';

const MAXIMUM_LETTERS = 100;

export interface Replayed {
  readonly replayed: number;
  /** Those that stay. */
  readonly deadLetters: readonly StoredDeadLetter[];
}

/** @throws UserFault INVALID_INPUT for none or too many, NOT_FOUND where not one of them is stored. */
export async function replayDeadLetters(
  { ownDatabase, cause, identity, origin }: Context,
  ids: readonly string[],
): Promise<Replayed> {
  if (ids.length < 1 || ids.length > MAXIMUM_LETTERS)
    throw UserFault.of('INVALID_INPUT', `From 1 to ${MAXIMUM_LETTERS} dead letters`, ['ids']);
  return replay(ownDatabase, cause, ids, (work, { letters, stay }) => {
    const entity = { type: 'DeadLetter', id: letters[0]?.id ?? '' };
    const deadLetterIds = letters.map(({ id }) => id);
    const after = { deadLetterIds, replayed: letters.length - stay.length };
    const change = { action: 'replayDeadLetters', entity, tenant: CHAIN, before: {}, after };
    recordChange(work, { identity, origin }, change);
  });
}

interface Outcome {
  readonly letters: readonly StoredDeadLetter[];
  readonly stay: readonly StoredDeadLetter[];
}

/**
 * Stores the readings before it deletes the letters: where it fails in between, the next replay finds them stored.
 * @param record called in the transaction in which letters leave the list. @throws NOT_FOUND
 */
export async function replay(
  database: OwnStockDatabase,
  cause: Cause,
  ids: readonly string[],
  record: (work: Work, outcome: Outcome) => void = () => undefined,
): Promise<Replayed> {
  const letters = await findDeadLetters(database, ids.filter(isId));
  if (letters.length === 0) throw notFound('Dead letter');
  const reasons = new Map<string, DeadLetter>();
  const readings = letters.flatMap((letter) => {
    const parsed = parsedAgain(letter);
    if (parsed.kind === 'reading') return { ...parsed, letter };
    reasons.set(letter.id, parsed);
    return [];
  });
  const { levels, refused } = await take(database, cause, readings);
  for (const { letter, reason } of refused) reasons.set(letter.id, reason);
  const stay = letters.filter(({ id }) => reasons.has(id));
  await database.work(cause, async (work) => {
    publishLevels(work, levels);
    await deleteDeadLetters(
      work.tx,
      letters.filter(({ id }) => !reasons.has(id)).map(({ id }) => id),
    );
    for (const [id, reason] of reasons) await updateReason(work.tx, id, reason);
    record(work, { letters, stay });
  });
  return {
    replayed: letters.length - stay.length,
    deadLetters: await findDeadLetters(
      database,
      stay.map(({ id }) => id),
    ),
  };
}

type LetterReading = Reading & { readonly letter: StoredDeadLetter };

interface Taken {
  readonly levels: readonly Level[];
  readonly refused: readonly { readonly letter: StoredDeadLetter; readonly reason: DeadLetter }[];
}

/** In the order of their arrival. */
async function take(
  database: OwnStockDatabase,
  cause: Cause,
  readings: readonly LetterReading[],
): Promise<Taken> {
  const arrivals = new Map<number, LetterReading[]>();
  for (const reading of readings) {
    const time = reading.letter.receivedAt.getTime();
    arrivals.set(time, [...(arrivals.get(time) ?? []), reading]);
  }
  const taken: Taken[] = [];
  for (const [time, arrived] of [...arrivals].sort(([one], [other]) => one - other))
    taken.push(await takeArrived(database, cause, arrived, new Date(time)));
  return joined(taken);
}

/** All at once; where the database refuses one of them, each by itself. */
async function takeArrived(
  database: OwnStockDatabase,
  cause: Cause,
  readings: readonly LetterReading[],
  at: Date,
): Promise<Taken> {
  try {
    const trace = continueTrace(cause.traceparent);
    const named = await inTheirBoots(database, readings);
    const { batchId, unknown } = await insertEarlierReadings(database, named, at, trace);
    const levels = await updateLevels(database, [batchId]);
    const refused = readings
      .filter((_, index) => unknown.some((one) => one === named[index]))
      .map(({ letter, message }) => ({ letter, reason: dead(message, 'UNKNOWN_SHELF') }));
    return { levels, refused };
  } catch (error) {
    if (!isRefusedForItsData(error)) throw error;
    if (readings.length > 1) {
      const each = [];
      for (const reading of readings) each.push(await takeArrived(database, cause, [reading], at));
      return joined(each);
    }
    return {
      levels: [],
      refused: readings.map(({ letter, message }) => ({
        letter,
        reason: dead(message, 'REFUSED', String(error)),
      })),
    };
  }
}

function joined(parts: readonly Taken[]): Taken {
  return {
    levels: parts.flatMap(({ levels }) => levels),
    refused: parts.flatMap(({ refused }) => refused),
  };
}

/** A status from the past says nothing of now. */
function parsedAgain({ topic, payload, size, reason, receivedAt }: StoredDeadLetter): Reading | DeadLetter {
  const message = { topic, payload };
  if (size > payload.byteLength)
    return dead(message, 'TOO_LARGE', `${payload.byteLength} of ${size} bytes are stored`);
  const parsed = parse(message, receivedAt.getTime());
  if (parsed.kind === 'ignored') return dead(message, 'INVALID', 'neither a weight nor a status');
  if (parsed.kind !== 'status') return parsed;
  return dead(message, 'INVALID', `a status of the past (${reason})`);
}
