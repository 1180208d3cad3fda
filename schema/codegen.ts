/**
 * `npm run codegen`: writes `schema/types/<name>.ts`, the resolver types of every subgraph in `rover.yaml`, and the typed operations
 * of the screens with their manifest. With `--check` it writes nothing, and fails where a committed file is out of date.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { apiSchemaOf } from './api-schema.js';
import { readSubgraphs } from './composition.js';
import { operationSubgraphs } from './operation-subgraphs.js';
import { resolverTypes } from './resolver-types.js';
import { screenOperations } from './screen-operations.js';

const check = process.argv.includes('--check');
const types = join(PROJECT_FOLDER, 'schema', 'types');
await mkdir(types, { recursive: true });

for (const subgraph of await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml')))
  await bring(`schema/types/${subgraph.name}.ts`, await resolverTypes(subgraph));

const supergraph = await readFile(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8');
const documents: { id: string; name: string; body: string }[] = [];
for (const { file, code, names, texts } of await screenOperations(
  join(PROJECT_FOLDER, 'web'),
  apiSchemaOf(supergraph),
)) {
  await bring(`web/${file}`, code);
  for (const [index, body] of texts.entries())
    documents.push({ id: `sha256:${sha256(body)}`, name: names[index] ?? '', body });
  if (file !== 'dashboard/operations.ts') continue;
  const operations = names.map((name, index) => ({ name, text: texts[index] ?? '' }));
  await bring('web/dashboard/operation-subgraphs.ts', operationSubgraphs(supergraph, operations));
}
const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: documents };
await bring('web/persisted-documents.json', `${JSON.stringify(manifest, null, 2)}\n`);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function bring(path: string, code: string): Promise<void> {
  const file = join(PROJECT_FOLDER, path);
  if (code === (await readFile(file, 'utf8').catch(() => ''))) return;
  if (check) {
    console.error(`${path} is not what the schema gives. Run "npm run codegen".`);
    process.exitCode = 1;
  } else {
    await writeFile(file, code);
    console.log(`Wrote ${path}`);
  }
}
