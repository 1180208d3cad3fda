/**
 * Part of `npm run check`: every file of `subgraphs/<name>/events/` that has a consumer is one that starts (`findConsumers`), and one that
 * takes what consumers of that subgraph are made of, which no type can hold across the search for files. What is neither a consumer nor
 * imported would do nothing, and nothing would say so.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

/** What would not start, a sentence each. */
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
  const files = readdirSync(join(folder, 'events'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(folder, 'events', name));
  const reached = importedFrom(join(folder, 'index.ts'));
  for (const file of files) if (hasConsumer(file)) importedFrom(file, reached);
  return files.flatMap((file): Unstarted[] => {
    const functions = consumersOf(file);
    if (functions.length === 0 && !reached.has(file)) {
      return [{ file, problem: 'it exports no consumer and nothing imports it, so it does nothing' }];
    }
    return functions.flatMap(({ name, parameter }): Unstarted[] => {
      if (name !== 'consumer') {
        return [
          { file, problem: `it has to export ${name} as "consumer", in a file of its own: so it is started` },
        ];
      }
      if (/^(ConsumerParts|Pick<ConsumerParts, [^<>]+>)$/.test(parameter)) return [];
      return [{ file, problem: `consumer has to take ConsumerParts, not ${parameter || 'nothing'}` }];
    });
  });
}

function hasConsumer(file: string): boolean {
  return consumersOf(file).some(({ name }) => name === 'consumer');
}

/** The files that importing this one leads to, itself included. */
function importedFrom(file: string, reached: Set<string> = new Set()): Set<string> {
  if (reached.has(file) || !existsSync(file)) return reached;
  reached.add(file);
  for (const { fileName } of ts.preProcessFile(readFileSync(file, 'utf8')).importedFiles) {
    if (fileName.startsWith('.')) importedFrom(join(file, '..', fileName.replace(/\.js$/, '.ts')), reached);
  }
  return reached;
}

/** The exported functions of a file that return a consumer, with the type that each takes. */
function consumersOf(file: string): { readonly name: string; readonly parameter: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements
    .filter(ts.isFunctionDeclaration)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .filter(({ name, type }) => name?.text === 'consumer' || type?.getText(source) === 'Consumer')
    .map(({ name, parameters: [first] }) => ({
      name: name?.text ?? 'it',
      parameter: first?.type?.getText(source) ?? '',
    }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const sentence of unstartedConsumers(PROJECT_FOLDER)) {
    console.error(sentence);
    process.exitCode = 1;
  }
}
