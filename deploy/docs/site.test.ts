import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { slugOf } from './markdown.js';
import { buildSite, type Site } from './site.js';

let folder: string;
let site: Site;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-docs-'));
  site = await buildSite(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('leads every link of the documentation to a page and a heading that are there', () => {
  expect(site.brokenLinks).toEqual([]);
});

it('has every page of docs/ and every decision, each reached from the front page', async () => {
  const front = await readFile(join(folder, 'index.html'), 'utf8');
  for (const source of ['docs', 'docs/decisions'])
    for (const name of await readdir(source))
      if (name.endsWith('.md') && name !== 'README.md')
        expect(front).toContain(`href="${source}/${name.replace(/md$/, 'html')}"`);
});

it('shows the README’s pictures', async () => {
  const front = await readFile(join(folder, 'index.html'), 'utf8');
  const pictures = [...front.matchAll(/<img [^>]*src="([^"]+)"/g)].map(([, src = '']) => src);
  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) await readFile(join(folder, picture));
});

it('describes what the supergraph answers: fields, their arguments and their types, each a link away', async () => {
  const mutations = await readFile(join(folder, 'docs/graphql/mutations.html'), 'utf8');
  expect(mutations).toContain('id="Mutation.placeOrder"');
  expect(mutations).toContain('<a href="inputs.html#PlaceOrderInput">PlaceOrderInput</a>!');
  const inputs = await readFile(join(folder, 'docs/graphql/inputs.html'), 'utf8');
  expect(inputs).toContain('id="PlaceOrderInput"');
});

it.each([
  ['What holds the wall', 'what-holds-the-wall'],
  ['`npm start`, twice', 'npm-start-twice'],
])('makes of the heading %s the anchor that GitHub makes', (heading, slug) => {
  expect(slugOf(heading)).toBe(slug);
});
