/**
 * `npm run bench -- replay`: a history of a million events verified against its rows, and the sales figures rebuilt from it, beside
 * reading the same events one after the other.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Snapshot } from '../../deploy/replay/history.js';
import { rebuildReadModel } from '../../deploy/replay/read-models/rebuild-read-model.js';
import { SALES } from '../../deploy/replay/read-models/sales.js';
import { verifyHistory } from '../../deploy/replay/verify.js';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { migrate } from '../../prisma/migrate.js';
import { SUBGRAPH_NAMES } from '../../subgraphs/names.js';
import type { Bench, Figure } from '../result.js';
import { EVENTS_OF_AN_ORDER, fill } from './seed-history.js';

const ORDERS = 170_000;
const SAMPLE_MILLISECONDS = 50;

export const bench: Bench = async (report, { orders = ORDERS }) => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  try {
    const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
    const urlOf = (name: (typeof SUBGRAPH_NAMES)[number]) => config.databaseUrl(name);
    await migrate({ urls: Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, urlOf(name)])) });
    const url = urlOf('order');
    await fill(url, orders, report);
    const events = orders * EVENTS_OF_AN_ORDER;

    report('read one after the other');
    const reading = await measured(() => readAll(url));
    report('verified');
    const verifying = await measured(async () => {
      const different = (await verifyHistory(urlOf)).filter(({ differing }) => differing > 0);
      if (different.length > 0) throw new Error(`The history differs: ${JSON.stringify(different)}`);
    });
    report('sales rebuilt');
    const rebuilding = await measured(async () => {
      const { tables } = await rebuildReadModel(SALES, { url });
      if (tables.some(({ differing }) => differing > 0)) throw new Error('The rebuilt sales differ');
    });

    const rate = ({ seconds }: Measured): Figure => ({ value: events / seconds, unit: 'events/s' });
    const memory = ({ megabytes }: Measured): Figure => ({ value: megabytes, unit: 'MB' });
    return {
      figures: {
        events: { value: events, unit: 'events' },
        'history verified': rate(verifying),
        'history verified, memory added': memory(verifying),
        'sales rebuilt and swapped': rate(rebuilding),
        'sales rebuilt and swapped, memory added': memory(rebuilding),
      },
      peers: {
        'reading the same events': {
          'history verified': rate(reading),
          'history verified, memory added': memory(reading),
        },
      },
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function readAll(url: string): Promise<void> {
  const snapshot = await Snapshot.open(url);
  try {
    for await (const _event of snapshot.stream('SELECT id, type, aggregate_id, data FROM event_history')) {
      // Reading is all.
    }
  } finally {
    await snapshot.close();
  }
}

interface Measured {
  readonly seconds: number;
  /** The most that the process had beyond what it began with. */
  readonly megabytes: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const start = performance.now();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MILLISECONDS);
  await work();
  clearInterval(sampling);
  return { seconds: (performance.now() - start) / 1_000, megabytes: (peak - before) / 2 ** 20 };
}
