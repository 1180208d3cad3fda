/**
 * Part of `npm run check`: `docs/events/` has the JSON Schema of the `data` of every public event type, one file for a version, and receivers of
 * the released ones keep working: a schema gains optional fields; any other change raises the type's version, or is an error, unless CHANGELOG.md
 * announces exactly it, as it does breaking changes of the GraphQL schema. A former version that was released stays in the folder.
 * `npm run codegen` writes the files; `npm run schema:release` makes today's schemas the released ones.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { announcedChanges } from '../../schema/breaking-changes.js';
import { PUBLIC_EVENT_TYPES } from '../../subgraphs/messages/events/public-events.js';
import { PUBLIC_SHAPES, schemaIdOf } from '../../subgraphs/messages/events/public-shapes.js';
import { brokenPromises, type JsonSchema } from './event-compatibility.js';

const FOLDER = join(PROJECT_FOLDER, 'docs', 'events');
const BASELINE = join(PROJECT_FOLDER, 'schema', 'released-events.json');
const releasedSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Of every public event type, by the name of its file. */
function eventSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map(
    PUBLIC_EVENT_TYPES.map(({ name, version, description }) => {
      const { $schema, ...schema } = z.toJSONSchema(PUBLIC_SHAPES[name].data, {
        override: ({ jsonSchema }) => {
          // The format says it; and receivers ignore fields that they do not know.
          if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
          delete jsonSchema.additionalProperties;
        },
      });
      const about = { $schema, $id: schemaIdOf(name, version), title: name, description };
      return [`${name}.v${version}.schema.json`, { ...about, ...schema }];
    }),
  );
}

async function run(mode: string | undefined): Promise<void> {
  const schemas = eventSchemas();
  if (mode === '--write') {
    for (const [file, schema] of schemas) await writeFile(join(FOLDER, file), textOf(schema));
    return;
  }
  if (mode === '--release') {
    const kept = { ...(await readReleased()), ...Object.fromEntries(schemas) };
    await writeFile(BASELINE, textOf(kept));
    console.log('Wrote schema/released-events.json');
    return;
  }
  const released = await readReleased();
  const problems = await staleFiles(new Map([...Object.entries(released), ...schemas]));
  const announced = announcedChanges(await readFile(join(PROJECT_FOLDER, 'CHANGELOG.md'), 'utf8'));
  const broken = brokenPromises(released, schemas).filter((change) => !announced.has(change));
  if (broken.length > 0) {
    problems.push(
      ...[
        'Receivers of the released events would break:',
        '',
        ...broken.map((change) => `- \`${change}\``),
        '',
      ],
      'Raise the type’s version, or announce the change in CHANGELOG.md below "## Unreleased", "### Breaking", with these very entries.',
    );
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

async function readReleased(): Promise<Record<string, JsonSchema>> {
  return releasedSchema.parse(JSON.parse(await readFile(BASELINE, 'utf8')));
}

/** @param expected by file. @returns a sentence for each file that is not what is expected, or not expected at all. */
async function staleFiles(expected: ReadonlyMap<string, JsonSchema>): Promise<string[]> {
  const files = await readdir(FOLDER);
  const strangers = files.filter((file) => !expected.has(file));
  const stale: string[] = [];
  for (const [file, schema] of expected) {
    const text = files.includes(file) ? await readFile(join(FOLDER, file), 'utf8') : null;
    if (text !== textOf(schema)) stale.push(`docs/events/${file} is out of date: npm run codegen writes it.`);
  }
  return [...stale, ...strangers.map((file) => `docs/events/${file} is no schema of a public event type.`)];
}

function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run(process.argv[2]);
