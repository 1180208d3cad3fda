/** `npm run docs`: builds the documentation site. */
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { readArguments, runCommand } from './command.js';
import { buildSite } from './docs/site.js';

const HELP = `Builds the documentation site, references included, into dist/docs. Open dist/docs/index.html.

  npm run docs
`;

await runCommand(async () => {
  const { values } = readArguments({}, HELP);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = join(PROJECT_FOLDER, 'dist', 'docs');
  const { pages, brokenLinks } = await buildSite(folder);
  for (const link of brokenLinks) process.stderr.write(`${link}\n`);
  process.stdout.write(`${pages} pages in ${folder}: open index.html\n`);
  return brokenLinks.length === 0 ? 0 : 1;
});
