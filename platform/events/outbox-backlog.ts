/** How many events wait to be enqueued and how old the earliest is, at each scrape: so that a relay that does not run shows as well. */
import type { Pool } from 'pg';
import { askedAtScrape } from '../kit/at-scrape.js';
import { gauge } from '../metrics.js';

/** A scrape reads no more rows than this, however many wait. */
const COUNTED = 100_000;

interface Backlog {
  readonly events: number;
  readonly seconds: number;
}

/** By source. */
const backlogs = new Map<string, () => Promise<Backlog | undefined>>();

backlogGauge('kedai_outbox_waiting', `Events not yet enqueued, at most ${COUNTED}`, 'events');
backlogGauge('kedai_outbox_oldest_seconds', 'Age of the oldest event not yet enqueued', 'seconds');

/** Shows the outbox of a source until it is called off. */
export function showBacklog(source: string, pool: Pool): () => void {
  const asked = askedAtScrape(() => read(pool));
  backlogs.set(source, asked);
  return () => {
    if (backlogs.get(source) === asked) backlogs.delete(source);
  };
}

function backlogGauge(name: string, help: string, figure: keyof Backlog): void {
  gauge(name, help, ['source'], async (shown) => {
    const answers = await Promise.all(
      [...backlogs].map(async ([source, ask]) => ({ source, ...(await ask()) })),
    );
    shown.reset();
    for (const { source, [figure]: value } of answers) if (value !== undefined) shown.set({ source }, value);
  });
}

async function read(pool: Pool): Promise<Backlog | undefined> {
  const { rows } = await pool.query<Backlog>(
    `SELECT (SELECT count(*) FROM (SELECT FROM outbox WHERE enqueued_at IS NULL LIMIT ${COUNTED}) AS waiting)::int AS events,
            coalesce(extract(epoch FROM now() - (SELECT occurred_at FROM outbox WHERE enqueued_at IS NULL ORDER BY id LIMIT 1)), 0)::float8
              AS seconds`,
  );
  return rows[0];
}
