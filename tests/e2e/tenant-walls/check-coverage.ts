/**
 * Part of `npm run check`: the probes of the walls between tenants cover the schemas (`coverage.ts`). That every table has its policy is
 * for `prisma/walls.ts` to check.
 */
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { readSubgraphs } from '../../../schema/composition.js';
import { coverageFaults } from './coverage.js';
import { UNPROBED } from './unprobed.js';

const subgraphs = await readSubgraphs(join(PROJECT_FOLDER, 'rover.yaml'));
for (const fault of coverageFaults(
  subgraphs.map(({ sdl }) => sdl),
  UNPROBED,
)) {
  process.exitCode = 1;
  console.error(fault);
}
