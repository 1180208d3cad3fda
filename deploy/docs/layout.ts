/** The frame of every page: navigation beside the text, without a script. */
import MarkdownIt from 'markdown-it';
import type { Document } from './markdown.js';

export interface Section {
  readonly title: string;
  readonly pages: readonly Document[];
}

export interface PageParts {
  readonly document: Document;
  readonly html: string;
  readonly sections: readonly Section[];
  /** From this page to another file of the site. */
  readonly hrefOf: (path: string) => string;
}

const { escapeHtml } = new MarkdownIt().utils;

export function pageOf({ document, html, sections, hrefOf }: PageParts): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(plain(document.title))} · Kedai</title>
    <link rel="stylesheet" href="${hrefOf('style.css')}" />
  </head>
  <body>
    <a class="skip" href="#text">Skip to the text</a>
    <nav aria-label="Pages">
      <details>
        <summary>Pages</summary>
        ${sections.map((section) => sectionOf(section, document, hrefOf)).join('\n        ')}
      </details>
    </nav>
    <main id="text">
${html}
    </main>
  </body>
</html>
`;
}

function sectionOf({ title, pages }: Section, shown: Document, hrefOf: PageParts['hrefOf']): string {
  const links = pages.map((page) => {
    const present = page.path === shown.path ? ' aria-current="page"' : '';
    return `<li><a href="${hrefOf(page.path)}"${present}>${escapeHtml(plain(page.title))}</a></li>`;
  });
  return `<h2>${title}</h2><ul>${links.join('')}</ul>`;
}

/** A heading without Markdown's marks. */
function plain(heading: string): string {
  return heading.replaceAll(/[`*]/g, '');
}
