/** Which units run a file, by what imports what: a change restarts those units and no other. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { UNIT_NAMES, type UnitName } from '../units.js';

export interface CodeGraph {
  /** Relative to the project. Of a file that nothing imports yet: the unit in whose folder it is. */
  unitsOf(file: string): readonly UnitName[];
  /** Packages that the units import. */
  readonly packages: readonly string[];
}

/** Every process of a unit runs it, and what it imports at once. */
const COMMON = 'deploy/unit.ts';

/** Where a unit's own files are: those that are found by their folder included. */
function folderOf(name: UnitName): string {
  if (name === 'payment-simulators') return 'deploy/simulators.ts';
  if (name === 'ingest') return 'subgraphs/stock/ingest/';
  return name === 'gateway' ? 'gateway/' : `subgraphs/${name}/`;
}

interface Imported {
  readonly path: string;
  readonly kind: string;
  readonly external?: boolean;
}

export async function readCodeGraph(project: string): Promise<CodeGraph> {
  const { metafile } = await build({
    absWorkingDir: project,
    entryPoints: [COMMON, ...ownFiles(project)],
    ...{ bundle: true, write: false, metafile: true, packages: 'external', outdir: 'dist' },
    ...{ platform: 'node', format: 'esm', logLevel: 'silent' },
  });
  const importsOf = (file: string): readonly Imported[] => metafile.inputs[file]?.imports ?? [];
  const files = Object.keys(metafile.inputs);

  function reach(roots: readonly string[], follows: (one: Imported) => boolean): Set<string> {
    const found = new Set<string>();
    const open = [...roots];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (found.has(file)) continue;
      found.add(file);
      open.push(
        ...importsOf(file)
          .filter((one) => !one.external && follows(one))
          .map(({ path }) => path),
      );
    }
    return found;
  }

  const common = reach([COMMON], ({ kind }) => kind !== 'dynamic-import');
  const reached = new Map(
    UNIT_NAMES.map((name) => [
      name,
      reach(
        files.filter((file) => file.startsWith(folderOf(name))),
        () => true,
      ),
    ]),
  );
  return {
    unitsOf: (file) =>
      UNIT_NAMES.filter(
        (name) => common.has(file) || reached.get(name)?.has(file) || file.startsWith(folderOf(name)),
      ),
    packages: [
      ...new Set(
        files.flatMap((file) =>
          importsOf(file).flatMap(({ path, external }) =>
            external && !path.startsWith('node:') ? [path] : [],
          ),
        ),
      ),
    ].toSorted(),
  };
}

function ownFiles(project: string): string[] {
  return ['gateway', 'subgraphs'].flatMap((folder) =>
    readdirSync(join(project, folder), { withFileTypes: true, recursive: true })
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(project.length)
          .replace(/^[\\/]/, '')
          .replaceAll('\\', '/'),
      )
      .filter((file) => isCode(file)),
  );
}

/** Whether the file is part of what runs. */
export function isCode(file: string): boolean {
  return file.endsWith('.ts') && !/\.(test|d)\.ts$|\/testing\//.test(file);
}
