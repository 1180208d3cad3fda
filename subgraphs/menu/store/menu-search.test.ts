/** What people find who search the demo menu. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import type { TestSubgraph } from '../../../tests/support/subgraph.js';
import { MENTENG, startTestMenu } from '../testing/harness.js';

const REQUIRED_SHARE = 0.95;

let menu: TestSubgraph;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

const answer = z.object({
  menu: z.object({
    nodes: z.array(z.object({ name: z.string() })),
    edges: z.array(z.object({ cursor: z.string() })),
    totalCount: z.number(),
  }),
});

async function search(text: string, page: Readonly<Record<string, unknown>> = {}) {
  const { data, errors } = await menu.run(
    ANONYMOUS,
    `query ($outletId: ID!, $search: String, $first: Int, $after: String, $last: Int, $before: String) {
       menu(outletId: $outletId, search: $search, first: $first, after: $after, last: $last, before: $before) {
         nodes { name } edges { cursor } totalCount } }`,
    { outletId: MENTENG, search: text, ...page },
  );
  expect(errors).toBeUndefined();
  const found = answer.parse(data).menu;
  return { ...found, names: found.nodes.map(({ name }) => name) };
}

/** Written from the names of the menu alone, before the search was: how people type what they want. */
const QUERIES = readFileSync(new URL('../testing/search-queries.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','));

test('of more than 200 searches that people might type, 95 in 100 have what they mean among the first five', async () => {
  const missed: string[] = [];
  for (const [query = '', means = ''] of QUERIES) {
    const { names } = await search(query, { first: 5 });
    if (!names.includes(means)) missed.push(`${query} → ${names.join(', ')}, not ${means}`);
  }
  expect(QUERIES.length).toBeGreaterThan(200);
  expect(missed.slice(Math.floor(QUERIES.length * (1 - REQUIRED_SHARE)))).toEqual([]);
});

test('what matches as it is written is not joined by what is near it', async () => {
  for (const name of (await search('taro', { first: 20 })).names) expect(name).toContain('Taro');
});

test('a search with typing errors has pages in both directions', async () => {
  const whole = await search('ssuu', { first: 100 });
  expect(whole.names.length).toBeGreaterThan(4);
  expect(whole.totalCount).toBe(whole.names.length);
  const [, second, , fourth] = whole.edges;
  const forward = await search('ssuu', { first: 100, after: second?.cursor });
  expect(forward.names).toEqual(whole.names.slice(2));
  const back = await search('ssuu', { last: 2, before: fourth?.cursor });
  expect(back.names).toEqual(whole.names.slice(1, 3));
  expect(back.totalCount).toBe(whole.names.length);
  expect((await search('ssuu', { after: whole.edges.at(-1)?.cursor })).names).toEqual([]);
});

test('a new synonym is found at once', async () => {
  expect((await search('kuning')).names).toEqual([]);
  await menu.pool.query("INSERT INTO search_synonym (meaning, term) VALUES ('mangga', 'kuning')");
  expect((await search('kuning')).names).toContain('Teh Mangga');
});

test('the spellings that the database knows are those that a search looks for', async () => {
  for (const typed of ['mangka', 'mangg', 'magnga', 'manngga', 'angga']) {
    expect((await search(typed)).names).toContain('Teh Mangga');
  }
});
