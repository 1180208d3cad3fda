/**
 * Finds folders that import each other in a circle. A file beside folders, such as `gateway/index.ts`, stands for itself: what
 * composes its folders forms no circle with them. Imports of types alone count between files (`.dependency-cruiser.cjs`) and not here; those of tests count nowhere.
 */

export const SOURCES = [
  'gateway',
  'subgraphs',
  'platform',
  'prisma',
  'schema',
  'deploy',
  'tests',
  'bench',
  'web',
];

/**
 * @param modules as dependency-cruiser lists them.
 * @returns {string[][]} the imports that form each circle.
 */
export function folderCircles(modules) {
  return circlesIn(importsBetween(modules));
}

/** Which node imports which, and by which file. */
function importsBetween(modules) {
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
