/**
 * Reads of what another subgraph has just created: its event may be on the way. An unknown id is looked for again while it
 * is young, by the time within its UUIDv7; older ids, ids from the future and what is no id are not waited for, so that
 * guessing ids gains nothing but one query each.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isId, timeOfId } from '../ids.js';

const YOUNG_MILLISECONDS = 10_000;
/** Clocks of two machines differ by less. */
const CLOCK_SKEW_MILLISECONDS = 2_000;
/** 1 s in all. */
const PAUSES_MILLISECONDS = [10, 20, 40, 80, 160, 320, 370];

/**
 * What `find` finds, at once or within the second that a young id is given; null otherwise.
 * @param find reads the source itself: a DataLoader would answer every time what it answered first (see `loadYoung`).
 */
export async function findYoung<Row>(
  id: string,
  find: () => Promise<Row | null | undefined>,
): Promise<Row | null> {
  const found = await find();
  if (found != null) return found;
  if (!isYoung(id)) return null;
  for (const pause of PAUSES_MILLISECONDS) {
    await delay(pause);
    const row = await find();
    if (row != null) return row;
  }
  return null;
}

/** The part of a DataLoader that is used here. */
interface Loader<Row> {
  load(id: string): Promise<Row | null>;
  clear(id: string): unknown;
}

/** As `findYoung`, through a loader, whose answer for this id is read again. */
export function loadYoung<Row>(loader: Loader<Row>, id: string): Promise<Row | null> {
  return findYoung(id, async () => {
    const row = await loader.load(id);
    if (row === null) loader.clear(id);
    return row;
  });
}

/** Whether the id was made within the last 10 seconds. */
export function isYoung(id: string, now = Date.now()): boolean {
  if (!isId(id)) return false;
  const age = now - timeOfId(id);
  return age <= YOUNG_MILLISECONDS && age >= -CLOCK_SKEW_MILLISECONDS;
}
