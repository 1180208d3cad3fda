/**
 * Part of `npm run check`: a consumer that no subgraph starts would never run, and nothing would say so. Every file of
 * `subgraphs/<name>/events/` must be imported on the way from that subgraph's `index.ts`, and every function there that returns a
 * `Consumer` must be called in it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

/** What is not started, a sentence each. */
export function unstartedConsumers(project: string): string[] {
  const subgraphs = join(project, 'subgraphs');
  return readdirSync(subgraphs)
    .map((name) => join(subgraphs, name))
    .filter((folder) => existsSync(join(folder, 'events')))
    .flatMap((folder) => unstartedIn(folder))
    .map(({ file, problem }) => `${relative(project, file).replaceAll('\\', '/')}: ${problem}`);
}

interface Unstarted {
  readonly file: string;
  readonly problem: string;
}

function unstartedIn(folder: string): Unstarted[] {
  const index = join(folder, 'index.ts');
  const reached = importedFrom(index);
  const starts = readFileSync(index, 'utf8');
  return readdirSync(join(folder, 'events'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, 'events', name))
    .flatMap((file): Unstarted[] => {
      const consumers = consumersOf(file);
      if (!reached.has(file) && consumers.length === 0) {
        return [{ file, problem: 'index.ts does not import it, so what it consumes never arrives' }];
      }
      return consumers
        .filter((name) => !reached.has(file) || !new RegExp(`\\b${name}\\(`).test(starts))
        .map((name) => ({ file, problem: `index.ts does not start ${name}: list it among its consumers` }));
    });
}

/** The files that importing this one leads to. */
function importedFrom(file: string, reached: Set<string> = new Set()): Set<string> {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (fileName.startsWith('.')) importedFrom(join(file, '..', fileName.replace(/\.js$/, '.ts')), reached);
  }
  return reached;
}

/** The exported functions of a file that return a consumer. */
function consumersOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements
    .filter(ts.isFunctionDeclaration)
    .filter(({ type }) => type?.getText(source) === 'Consumer')
    .flatMap(({ name }) => (name === undefined ? [] : [name.text]));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const sentence of unstartedConsumers(PROJECT_FOLDER)) {
    console.error(sentence);
    process.exitCode = 1;
  }
}
