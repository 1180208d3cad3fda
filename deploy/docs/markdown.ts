/** A Markdown file of the project, ready to become a page. Links to source files, which have no page, become their paths. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import MarkdownIt from 'markdown-it';
import anchor from 'markdown-it-anchor';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

export interface Document {
  /** From the project's folder; of a page that is made, such as a reference, where its source would be. */
  readonly path: string;
  readonly section: string;
  readonly title: string;
  /** The anchors that links may name. */
  readonly headings: ReadonlySet<string>;
  /** @param resolve an internal link to its address, as seen from this page. */
  render(resolve: (href: string) => string): string;
}

const OUTSIDE = /^[a-z]+:/i;

export async function readDocument(path: string): Promise<Omit<Document, 'section'>> {
  const source = await readFile(join(PROJECT_FOLDER, path), 'utf8');
  const headings = new Set<string>();
  const markdown = new MarkdownIt({ html: true }).use(anchor, {
    slugify: slugOf,
    callback: (_token, { slug }) => void headings.add(slug),
  });
  const tokens = markdown.parse(source, {});
  const first = tokens.findIndex(({ type }) => type === 'heading_open');
  const title = tokens[first + 1]?.content ?? path;
  return {
    path,
    title,
    headings,
    render(resolve) {
      const link = (href: string) => (OUTSIDE.test(href) ? href : resolve(href));
      for (const token of tokens.flatMap((block) => [block, ...(block.children ?? [])])) {
        const href = String(token.attrGet(token.type === 'image' ? 'src' : 'href') ?? '');
        if (token.type === 'image') token.attrSet('src', link(href));
        else if (token.type === 'html_block' || token.type === 'html_inline')
          token.content = token.content.replaceAll(
            / (src|href)="([^"]+)"/g,
            (_, name: string, to: string) => ` ${name}="${link(to)}"`,
          );
        else if (token.type === 'link_open' && isSource(path, href))
          token.attrs = [['title', posix.join(posix.dirname(path), href)]];
        else if (token.type === 'link_open') token.attrSet('href', link(href));
      }
      return markdown.renderer.render(tokens, markdown.options, {});
    },
  };
}

/** As GitHub makes anchors of headings. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function isSource(path: string, href: string): boolean {
  const [file = ''] = href.split('#');
  if (file === '' || /\.(md|png|svg)$/.test(file)) return false;
  const target = join(PROJECT_FOLDER, posix.dirname(path), file);
  return existsSync(target) && !existsSync(join(target, 'README.md'));
}
