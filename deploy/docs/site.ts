/**
 * The documentation as a site: the project's Markdown, and a reference made from the supergraph's schema. Every internal link leads to a
 * page and a heading that are there, or the site is not made.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { apiSchemaOf } from '../../schema/api-schema.js';
import { graphqlReference } from './graphql-reference.js';
import { pageOf, type Section } from './layout.js';
import { type Document, readDocument } from './markdown.js';

export interface Site {
  readonly pages: number;
  /** A sentence for each link that leads nowhere. */
  readonly brokenLinks: readonly string[];
}

/** Sections of the navigation, and the sources of their pages: files, or folders whose Markdown is taken in the order of names. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  'Start here': ['README.md', 'docs/README.md', 'CHANGELOG.md'],
  Guides: ['docs'],
  'Running it': ['deploy/settings.md'],
  Subgraphs: [
    'subgraphs/customer',
    'subgraphs/menu',
    'subgraphs/order',
    'subgraphs/stock',
    'subgraphs/payment',
    'subgraphs/messages',
  ],
  Measured: ['bench/README.md'],
  Decisions: ['docs/decisions'],
};
const PICTURE = /\.(png|svg)$/;

/** Replaces what is in the folder. */
export async function buildSite(folder: string): Promise<Site> {
  const sources = await sourcesBySection();
  const documents = new Map<string, Document>();
  for (const [section, paths] of Object.entries(sources))
    for (const path of paths) documents.set(path, { ...(await readDocument(path)), section });
  for (const document of graphqlReference(apiSchemaOf(await text('schema/supergraph.graphql'))))
    documents.set(document.path, document);

  const sections = navigationOf(documents);
  const linked = new Set<string>();
  const brokenLinks: string[] = [];
  await rm(folder, { recursive: true, force: true });
  for (const document of documents.values()) {
    const html = document.render((href) => {
      const target = targetOf(document, href, documents);
      if (target === undefined) brokenLinks.push(`${document.path}: ${href} leads nowhere`);
      else if (PICTURE.test(target.path)) linked.add(target.path);
      return target === undefined ? href : relative(document.path, target);
    });
    await write(
      join(folder, addressOf(document.path)),
      pageOf({ document, html, sections, hrefOf: (path) => relative(document.path, { path }) }),
    );
  }
  for (const picture of linked) await copy(picture, folder);
  await write(
    join(folder, 'style.css'),
    `${await text('web/shared/style/tokens.css')}\n${await text('deploy/docs/site.css')}`,
  );
  return { pages: documents.size, brokenLinks };
}

async function sourcesBySection(): Promise<Record<string, readonly string[]>> {
  const taken = new Set<string>();
  const sections: Record<string, readonly string[]> = {};
  for (const [section, sources] of Object.entries(SECTIONS)) {
    const paths = (await Promise.all(sources.map(markdownIn))).flat().filter((path) => !taken.has(path));
    for (const path of paths) taken.add(path);
    sections[section] = paths;
  }
  return sections;
}

async function markdownIn(source: string): Promise<string[]> {
  if (source.endsWith('.md')) return [source];
  const names = await readdir(join(PROJECT_FOLDER, source));
  return names
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${source}/${name}`);
}

function navigationOf(documents: ReadonlyMap<string, Document>): Section[] {
  const sections = new Map<string, Document[]>();
  for (const document of documents.values())
    sections.set(document.section, [...(sections.get(document.section) ?? []), document]);
  return [...sections].map(([title, pages]) => ({ title, pages }));
}

interface Target {
  readonly path: string;
  readonly heading?: string;
}

/** Where a link of a document leads: a page of the site with a heading of it, a picture, or a source file, of which the site has no page. */
function targetOf(
  { path }: Document,
  href: string,
  documents: ReadonlyMap<string, Document>,
): Target | undefined {
  const [file = '', heading] = href.split('#');
  const joined =
    file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file)).replace(/\/$/, '');
  const target = documents.has(joined) ? joined : `${joined}/README.md`;
  const document = documents.get(target);
  if (document === undefined) return PICTURE.test(joined) ? { path: joined } : undefined;
  if (heading === undefined) return { path: target };
  return document.headings.has(heading) ? { path: target, heading } : undefined;
}

/** The front page is the README's; a folder's page is its README's. */
function addressOf(path: string): string {
  if (PICTURE.test(path)) return path;
  return path.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html');
}

function relative(from: string, { path, heading }: Target): string {
  const address = posix.relative(posix.dirname(addressOf(from)), addressOf(path));
  return heading === undefined ? address : `${address}#${heading}`;
}

async function text(path: string): Promise<string> {
  return readFile(join(PROJECT_FOLDER, path), 'utf8');
}

async function write(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function copy(path: string, folder: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await cp(join(PROJECT_FOLDER, path), join(folder, path));
}
