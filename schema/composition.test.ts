import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { composeSupergraph, readSubgraphs, type SubgraphSource } from './composition.js';

const FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

function subgraph(name: string, sdl: string): SubgraphSource {
  const file = join(PROJECT_FOLDER, 'schema', `${name}.graphql`);
  return { name, url: `http://localhost/${name}`, file, sdl: `${FEDERATION}\n${sdl}` };
}

describe('composition', () => {
  it('composes rover.yaml to the committed supergraph', async () => {
    const composition = composeSupergraph(await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml')));
    const committed = await readFile(join(PROJECT_FOLDER, 'schema', 'supergraph.graphql'), 'utf8');
    expect(composition).toMatchObject({ supergraph: committed });
  });

  it('names the code, the reason and every place of an error', () => {
    const composition = composeSupergraph([
      subgraph('tea', 'type Query { cup: Cup }\ntype Cup { size: Int }'),
      subgraph('coffee', 'type Cup { size: String }'),
    ]);
    expect(composition).toEqual({
      errors: expect.arrayContaining([
        expect.stringMatching(
          /^FIELD_TYPE_MISMATCH: .*"Cup\.size".*\n {2}at .*coffee\.graphql:2\n {2}at .*tea\.graphql:3$/s,
        ),
      ]),
    });
  });

  it('names the file and the line that cannot be read', () => {
    const composition = composeSupergraph([subgraph('tea', 'type Query { cup Int }')]);
    expect(composition).toEqual({ errors: [expect.stringMatching(/Syntax Error.*tea\.graphql:2:18/s)] });
  });
});
