/**
 * How many events wait to be enqueued and how old the earliest is: asked of the database at each scrape, so that a relay that does not
 * run shows as well. A database that does not answer within a second has no figure.
 */
import type { Pool } from 'pg';
import { gauge } from '../metrics.js';

const ANSWER_MILLISECONDS = 1_000;
/** A scrape reads no more rows than this, however many wait. */
const COUNTED = 100_000;

interface Backlog {
  readonly source: string;
  readonly events: number;
  readonly seconds: number;
}

const pools = new Map<string, Pool>();
/** Of these the last question is still unanswered: another one would only wait behind it. */
const asked = new Set<Pool>();
let reading: Promise<readonly Backlog[]> | undefined;

gauge('kedai_outbox_waiting', `Events not yet enqueued, at most ${COUNTED}`, ['source'], async (waiting) => {
  const backlogs = await readAll();
  waiting.reset();
  for (const { source, events } of backlogs) waiting.set({ source }, events);
});
gauge(
  'kedai_outbox_oldest_seconds',
  'Age of the oldest event not yet enqueued',
  ['source'],
  async (oldest) => {
    const backlogs = await readAll();
    oldest.reset();
    for (const { source, seconds } of backlogs) oldest.set({ source }, seconds);
  },
);

/** Shows the outbox of a source until it is called off. */
export function showBacklog(source: string, pool: Pool): () => void {
  pools.set(source, pool);
  return () => {
    if (pools.get(source) === pool) pools.delete(source);
  };
}

/** Once for both gauges of a scrape. */
function readAll(): Promise<readonly Backlog[]> {
  reading ??= Promise.all([...pools].map(([source, pool]) => read(source, pool)))
    .then((backlogs) => backlogs.filter((backlog) => backlog !== null))
    .finally(() => {
      reading = undefined;
    });
  return reading;
}

async function read(source: string, pool: Pool): Promise<Backlog | null> {
  if (asked.has(pool)) return null;
  asked.add(pool);
  const answer = pool
    .query<{ events: number; seconds: number }>(
      `SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE enqueued_at IS NULL LIMIT ${COUNTED}) AS waiting)::int AS events,
              coalesce(extract(epoch FROM now() - (SELECT occurred_at FROM outbox WHERE enqueued_at IS NULL ORDER BY id LIMIT 1)), 0)::float8
                AS seconds`,
    )
    .then(({ rows: [row] }) => (row === undefined ? null : { source, ...row }))
    .catch(() => null)
    .finally(() => asked.delete(pool));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ANSWER_MILLISECONDS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
