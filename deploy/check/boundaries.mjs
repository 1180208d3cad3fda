/**
 * Checks who may import whom: the rules of `.dependency-cruiser.cjs`, and that folders do not import each other in a circle.
 * A file beside folders, such as `gateway/index.ts`, stands for itself: what composes its folders is no circle with them.
 */
import { fileURLToPath } from 'node:url';
import { cruise, format } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const SOURCES = ['gateway', 'subgraphs', 'platform', 'prisma', 'schema', 'deploy', 'tests', 'bench'];

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const options = await extractDepcruiseOptions('./.dependency-cruiser.cjs');
const { output } = await cruise(SOURCES, options, undefined, {
  tsConfig: extractTsConfig('tsconfig.json'),
});
const report = await format(output, { outputType: 'err-long' });
if (report.exitCode !== 0) fail(report.output);

for (const circle of circlesIn(foldersOf(output.modules))) fail(describe(circle));

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

/** Which node imports which, and by which file. */
function foldersOf(modules) {
  const graph = new Map();
  for (const { source, dependencies } of modules) {
    if (isExempt(source)) continue;
    for (const { resolved, dependencyTypes } of dependencies) {
      if (isExempt(resolved) || dependencyTypes.includes('type-only')) continue;
      const [from, to] = [nodeOf(source), nodeOf(resolved)];
      if (from === to) continue;
      if (!graph.has(from)) graph.set(from, new Map());
      graph.get(from).set(to, `${source} → ${resolved}`);
    }
  }
  return graph;
}

/** Only our own sources; tests may reach anywhere. */
function isExempt(file) {
  return (
    !SOURCES.some((folder) => file.startsWith(`${folder}/`)) ||
    /\.test\.ts$|\/testing\/|\/differential\/|\/client\/|^schema\/types\//.test(file)
  );
}

/** The folder of a file, two levels deep (three in a subgraph); the file itself where there are folders beside it. */
function nodeOf(file) {
  const depth = file.startsWith('subgraphs/') ? 3 : 2;
  const parts = file.split('/');
  return parts.length > depth ? parts.slice(0, depth).join('/') : file;
}

/** Tarjan's strongly connected components of more than one node. */
function circlesIn(graph) {
  const order = new Map();
  const lowest = new Map();
  const stack = [];
  const circles = [];
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;

  function visit(node) {
    order.set(node, order.size);
    lowest.set(node, order.get(node));
    stack.push(node);
    for (const next of graph.get(node)?.keys() ?? []) {
      if (!order.has(next)) {
        visit(next);
        lowest.set(node, Math.min(lowest.get(node), lowest.get(next)));
      } else if (stack.includes(next)) {
        lowest.set(node, Math.min(lowest.get(node), order.get(next)));
      }
    }
    if (lowest.get(node) !== order.get(node)) return;
    const component = stack.splice(stack.indexOf(node));
    if (component.length > 1) {
      circles.push(component.flatMap((from) => component.flatMap((to) => graph.get(from)?.get(to) ?? [])));
    }
  }
}

function describe(imports) {
  return `Folders import each other in a circle:\n${imports.map((line) => `  ${line}`).join('\n')}`;
}
