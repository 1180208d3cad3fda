/**
 * `npm run codegen`: writes `schema/types/<name>.ts`, the resolver types of every subgraph in `rover.yaml`. With `--check` it
 * writes nothing, and fails where a committed file is out of date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { readSubgraphs } from './composition.js';
import { resolverTypes } from './resolver-types.js';

const folder = join(PROJECT_FOLDER, 'schema', 'types');
const check = process.argv.includes('--check');
await mkdir(folder, { recursive: true });

for (const subgraph of await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml'))) {
  const file = join(folder, `${subgraph.name}.ts`);
  const types = await resolverTypes(subgraph);
  if (types === (await readFile(file, 'utf8').catch(() => ''))) continue;
  if (check) {
    console.error(`schema/types/${subgraph.name}.ts is not what the schema gives. Run "npm run codegen".`);
    process.exitCode = 1;
  } else {
    await writeFile(file, types);
    console.log(`Wrote schema/types/${subgraph.name}.ts`);
  }
}
