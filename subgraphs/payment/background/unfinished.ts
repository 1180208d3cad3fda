/**
 * What providers have not finished, at each scrape: payments and refunds that are looked at again, and how old the earliest is. A provider that
 * answers nobody shows here before guests complain.
 */
import type { Pool } from 'pg';
import { askedAtScrape } from '../../../platform/kit/at-scrape.js';
import { gauge } from '../../../platform/metrics.js';

/** A scrape reads no more rows than this of each kind. */
const COUNTED = 100_000;

interface Unfinished {
  readonly kind: 'payment' | 'refund';
  readonly provider: string;
  readonly count: number;
  readonly seconds: number;
}

let ask: (() => Promise<readonly Unfinished[] | undefined>) | undefined;

unfinishedGauge(
  'kedai_payments_unfinished',
  `Payments and refunds that wait for their provider, at most ${COUNTED} of each`,
  'count',
);
unfinishedGauge(
  'kedai_payments_unfinished_oldest_seconds',
  'Age of the earliest payment or refund that waits for its provider',
  'seconds',
);

/** Until it is called off. */
export function showUnfinished(pool: Pool): { stop(): Promise<void> } {
  const asked = askedAtScrape(() => read(pool));
  ask = asked;
  return {
    async stop() {
      if (ask === asked) ask = undefined;
    },
  };
}

function unfinishedGauge(name: string, help: string, figure: 'count' | 'seconds'): void {
  gauge(name, help, ['kind', 'provider'], async (shown) => {
    const rows = await ask?.();
    shown.reset();
    for (const { kind, provider, [figure]: value } of rows ?? []) shown.set({ kind, provider }, value);
  });
}

/** Every provider has a row of each kind, so that an alert can rely on 0. */
async function read(pool: Pool): Promise<readonly Unfinished[]> {
  const { rows } = await pool.query<Unfinished>(
    `WITH unfinished AS (
       (SELECT 'payment' AS kind, provider, created_at FROM payment WHERE next_check_at IS NOT NULL LIMIT ${COUNTED})
       UNION ALL
       (SELECT 'refund', provider, refund.created_at FROM refund JOIN payment ON payment.id = refund.payment_id
        WHERE refund.next_check_at IS NOT NULL LIMIT ${COUNTED}))
     SELECT kind, provider::text, count(created_at)::int AS count,
       coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds
     FROM unnest(enum_range(NULL::"PaymentProvider")) AS provider CROSS JOIN (VALUES ('payment'), ('refund')) AS kinds (kind)
       LEFT JOIN unfinished USING (kind, provider)
     WHERE provider <> 'CASH' GROUP BY kind, provider`,
  );
  return rows;
}
