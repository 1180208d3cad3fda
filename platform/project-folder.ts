/**
 * The folder of the project, whether the code runs from its sources or from the build in `dist/`: what is read rather
 * than imported (`schema/*.graphql`, `prisma/<name>/`, `package.json`) is found from here and is not copied.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT_FOLDER = findProjectFolder(dirname(fileURLToPath(import.meta.url)));

function findProjectFolder(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('Kedai runs from its project folder, and package.json is not above it.');
  return findProjectFolder(parent);
}
