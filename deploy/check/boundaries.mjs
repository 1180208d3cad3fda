/**
 * Checks who may import whom: the rules of `.dependency-cruiser.cjs`, and that folders do not import each other in a circle.
 */
import { fileURLToPath } from 'node:url';
import { cruise, format } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { folderCircles, SOURCES } from './folder-circles.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const options = await extractDepcruiseOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(SOURCES, options, undefined, {
  tsConfig: extractTsConfig('tsconfig.json'),
});
const report = await format(output, { outputType: 'err-long' });
if (report.exitCode !== 0) fail(report.output);

for (const circle of folderCircles(output.modules)) fail(describe(circle));

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function describe(imports) {
  return `Folders import each other in a circle:\n${imports.map((line) => `  ${line}`).join('\n')}`;
}
