/**
 * Part of `npm run check`: clients of the released schema keep working. A change that breaks them is an error, unless
 * CHANGELOG.md announces exactly it below `## Unreleased`, `### Breaking`: a list entry that begins with the words that this
 * check prints, in backticks.
 * `npm run schema:release` makes today's schema and migrations the released ones.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, findBreakingChanges, type GraphQLSchema, printSchema } from 'graphql';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { apiSchemaOf } from './api-schema.js';

const BASELINE = join(PROJECT_FOLDER, 'schema', 'released.graphql');

/** @returns each breaking change that the changelog does not announce, in words without a full stop. */
export function unannouncedChanges(
  released: GraphQLSchema,
  today: GraphQLSchema,
  changelog: string,
): string[] {
  const announced = announcedChanges(changelog);
  return findBreakingChanges(released, today)
    .map(({ description }) => description.replace(/\.$/, ''))
    .filter((description) => !announced.has(description));
}

/** What the entries of the section announce: the text in backticks that each begins with. */
export function announcedChanges(changelog: string): ReadonlySet<string> {
  return new Set([...breakingSection(changelog).matchAll(/^- `([^`]+)`/gm)].map(([, change = '']) => change));
}

/** The lines below `## Unreleased`, `### Breaking`; empty where there are none. */
function breakingSection(changelog: string): string {
  const [, unreleased = ''] = /^## Unreleased$(.*?)(?=^## |$(?![\s\S]))/ms.exec(changelog) ?? [];
  const [, breaking = ''] = /^### Breaking$(.*?)(?=^### |$(?![\s\S]))/ms.exec(unreleased) ?? [];
  return breaking;
}

async function run(): Promise<void> {
  const read = (...path: string[]) => readFile(join(PROJECT_FOLDER, ...path), 'utf8');
  const today = apiSchemaOf(await read('schema', 'supergraph.graphql'));
  if (process.argv.includes('--release')) {
    await writeFile(BASELINE, `${printSchema(today)}\n`);
    console.log('Wrote schema/released.graphql');
    return;
  }
  const released = buildSchema(await read('schema', 'released.graphql'));
  const unannounced = unannouncedChanges(released, today, await read('CHANGELOG.md'));
  if (unannounced.length === 0) return;
  process.exitCode = 1;
  console.error(`Clients of the released schema would break:\n\n${unannounced.map((one) => `- \`${one}\``).join('\n')}\n
Keep what they use, or announce the change in CHANGELOG.md below "## Unreleased", "### Breaking", with these very entries.`);
}

if (process.argv[1]?.endsWith('breaking-changes.js')) await run();
