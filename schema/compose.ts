/**
 * `npm run compose`: writes `schema/supergraph.graphql` from `rover.yaml` and prints errors and hints. With `--check` it
 * writes nothing, and fails where the committed file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { composeSupergraph, readSubgraphs } from './composition.js';

const target = join(PROJECT_FOLDER, 'schema', 'supergraph.graphql');
const composition = composeSupergraph(await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml')));

if ('errors' in composition) {
  console.error(`The subgraphs do not compose:\n\n${composition.errors.join('\n\n')}`);
  process.exitCode = 1;
} else if (process.argv.includes('--check')) {
  if (composition.supergraph !== (await readFile(target, 'utf8').catch(() => ''))) {
    console.error('schema/supergraph.graphql is not what the subgraphs compose to. Run "npm run compose".');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, composition.supergraph);
  for (const hint of composition.hints) console.log(`Hint ${hint}`);
  console.log('Wrote schema/supergraph.graphql');
}
