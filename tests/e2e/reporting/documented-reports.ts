/** What docs/reporting.md promises: the views of each database with their columns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';

export interface Report {
  readonly subgraph: SubgraphName;
  readonly view: string;
  readonly columns: readonly string[];
}

export function documentedReports(): readonly Report[] {
  const text = readFileSync(join(PROJECT_FOLDER, 'docs', 'reporting.md'), 'utf8');
  return SUBGRAPH_NAMES.flatMap((subgraph) => {
    const section = text.split(`\n## ${subgraph}\n`)[1]?.split('\n## ')[0] ?? '';
    return section
      .split('\n### ')
      .slice(1)
      .map((part) => ({ subgraph, view: codeIn(part.split('\n')[0])[0] ?? '', columns: columnsIn(part) }));
  });
}

/** A list item names columns before its colon. */
function columnsIn(part: string): string[] {
  const items = part.split('\n').filter((line) => line.startsWith('- '));
  return items.flatMap((item) => codeIn(item.split(': ')[0]));
}

function codeIn(text = ''): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, code]) => code ?? '');
}
