/** `npm run bench -- search`: searches of an outlet's menu of 5,000 items, as the menu subgraph answers them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'graphql';
import pg from 'pg';
import { z } from 'zod';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { openPlatform } from '../../platform/platform.js';
import { executeOperation } from '../../platform/subgraph/execution.js';
import { migrate } from '../../prisma/migrate.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { seedMenu } from '../../prisma/seed/menu.js';
import { startMenu } from '../../subgraphs/menu/index.js';
import { type Bench, type Figure, quantile } from '../result.js';

const ITEMS = 5_000;
const ROUNDS = 40;
const TARGET_MILLISECONDS = 10;

/** What people type, by what it asks of the search. */
const SEARCHES: Readonly<Record<string, readonly string[]>> = {
  'words of few items': ['teh susu taro 17', 'kopi gula aren 9', 'matcha mangga 212'],
  'words of hundreds of items': ['teh susu', 'kopi', 'es cokelat enak'],
  'the beginning of most items': ['t', 'k', 'te'],
  'typing errors': ['teh ssuu', 'matcah mangga', 'cokelt'],
  synonyms: ['milk tea', 'strawberry', 'chocolate'],
  'nothing there is': ['xylophone', 'qwertyuiop', 'zzz'],
};

const MENU = parse(`query ($outletId: ID!, $search: String) {
  menu(outletId: $outletId, search: $search, first: 20) { nodes { id name price { amount } isLimited } } }`);
const answerSchema = z.object({
  data: z.object({ menu: z.object({ nodes: z.array(z.object({ name: z.string() })) }) }),
});

/** The substring search that most shops have, on trigrams: no typing errors, no synonyms, no order of relevance. */
const SUBSTRINGS = `SELECT id, name, price FROM menu_item
  WHERE NOT is_archived AND (name ILIKE '%' || $1 || '%' OR description ILIKE '%' || $1 || '%') ORDER BY id LIMIT 20`;

export const bench: Bench = async (report) => {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  try {
    const config = readConfig({ DATABASE_URL: server.url, LOG_LEVEL: 'error' });
    const url = config.databaseUrl('menu');
    await migrate({ urls: { menu: url, platform: config.databaseUrl('platform') } });
    await seedMenu(url);
    report(`${ITEMS} items are put on the menu`);
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    await fill(pool);

    const platform = await openPlatform(config);
    const subgraph = await startMenu(platform);
    const outletId = CATALOGUE.outlets[0]?.id;
    const search = async (text: string): Promise<void> => {
      const operation = { document: MENU, variables: { outletId, search: text } };
      const call = { identity: ANONYMOUS, cause: newCause() };
      answerSchema.parse(await executeOperation(subgraph, operation, call, platform.log));
    };
    const substrings = async (text: string): Promise<void> => {
      await pool.query({ name: 'substrings', text: SUBSTRINGS, values: [text] });
    };

    const figures: Record<string, Figure> = { 'items on the menu': { value: ITEMS, unit: 'items' } };
    const peer: Record<string, Figure> = {};
    for (const [what, texts] of Object.entries(SEARCHES)) {
      report(what);
      const took = await timesOf(texts, search);
      figures[`${what}, p50`] = { value: quantile(took, 0.5), unit: 'ms', target: TARGET_MILLISECONDS };
      figures[`${what}, p99`] = { value: quantile(took, 0.99), unit: 'ms' };
      peer[`${what}, p50`] = { value: quantile(await timesOf(texts, substrings), 0.5), unit: 'ms' };
    }
    await pool.end();
    await subgraph.stop();
    await platform.close();
    return { figures, peers: { 'substrings by trigrams': peer } };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Milliseconds of each search, one after the other, after a round that is not measured. */
async function timesOf(
  texts: readonly string[],
  search: (text: string) => Promise<void>,
): Promise<readonly number[]> {
  for (const text of texts) await search(text);
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const text of texts) {
      const start = performance.now();
      await search(text);
      took.push(performance.now() - start);
    }
  }
  return took;
}

/** Items named like those of the demo, each with a number of its own. */
async function fill(pool: pg.Pool): Promise<void> {
  const named = CATALOGUE.menuItems.filter(({ isLimited }) => !isLimited);
  await pool.query(
    `INSERT INTO menu_item (id, barcode, name, description, category, price, is_limited, preparation_seconds, version)
     SELECT uuidv7(), 'BENCH-' || number, known.names[1 + number % cardinality(known.names)] || ' ' || number,
            known.descriptions[1 + number % cardinality(known.names)],
            known.categories[1 + number % cardinality(known.names)], 20000, false, 60, 1
     FROM generate_series(1, $1::int) AS number, (SELECT $2::text[] AS names, $3::text[] AS descriptions, $4::text[] AS categories) AS known`,
    [
      ITEMS - CATALOGUE.menuItems.length,
      named.map(({ name }) => name),
      named.map(({ description }) => description),
      named.map(({ category }) => category),
    ],
  );
  await pool.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  await pool.query(
    'CREATE INDEX ON menu_item USING gin (name gin_trgm_ops, description gin_trgm_ops) WHERE NOT is_archived',
  );
  await pool.query('VACUUM ANALYZE');
}
