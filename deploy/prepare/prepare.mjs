/** The steps from a bare clone to a build that runs, in their order. One process does them at a time. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { withLock } from './lock.mjs';
import { arePackagesInstalled, installPackages } from './packages.mjs';
import { areScreensBuilt, buildScreens } from './screens.mjs';
import { step } from './step.mjs';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** @param parts.screens whether the screens are to be built, too. */
export async function prepare({ screens }) {
  if (await isReady({ screens })) return;
  await withLock(project, async () => {
    if (!arePackagesInstalled(project)) await step('Installing packages', () => installPackages(project));
    const { generateClients, staleClients } = await prismaClients();
    if (staleClients().length > 0) await step('Generating database clients', () => generateClients());
    if (!isBuilt(project)) await step('Building', () => build(project));
    if (screens && !areScreensBuilt(project)) await step('Building the screens', () => buildScreens(project));
  });
}

async function isReady({ screens }) {
  return (
    existsSync(`${project}/node_modules`) &&
    arePackagesInstalled(project) &&
    (await prismaClients()).staleClients().length === 0 &&
    isBuilt(project) &&
    (!screens || areScreensBuilt(project))
  );
}

/** To be loaded only once the packages are installed. */
function prismaClients() {
  return import('../../prisma/generate.mjs');
}
