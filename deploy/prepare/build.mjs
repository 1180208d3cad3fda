/**
 * The build: compiles every TypeScript file of the product to a JavaScript file in `dist/`, at the same path, with its source
 * map. Types are checked by `npm run check`, not here.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The benches drive the system by code that they share with the tests. */
const FOLDERS = ['bench', 'deploy', 'gateway', 'platform', 'prisma', 'schema', 'subgraphs', 'tests/support'];
const NOT_BUILT = /(\.test|\.d)\.ts$|^bench\/peers\//;

export function isBuilt(project) {
  const stamp = stampFile(project);
  if (!existsSync(stamp) || !existsSync(join(project, 'dist'))) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(project, sources(project));
}

export async function build(project) {
  const { build: transpile } = await import('esbuild');
  const files = sources(project);
  const stamp = fingerprint(project, files);
  const outdir = join(project, 'dist');
  const result = await transpile({
    absWorkingDir: project,
    entryPoints: files,
    outdir,
    outbase: project,
    bundle: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'silent',
  }).catch((error) => ({ errors: error.errors ?? [{ text: error.message }] }));
  if (result.errors.length > 0) {
    const places = result.errors.map(({ text, location }) =>
      location ? `${location.file}:${location.line}:${location.column} ${text}` : text,
    );
    throw new Error(`The build failed:\n${places.join('\n')}`);
  }
  removeLeftovers(outdir, files);
  mkdirSync(dirname(stampFile(project)), { recursive: true });
  writeFileSync(stampFile(project), stamp);
}

/** Files below `dist/` whose source is gone; the screens' build looks after its own. */
function removeLeftovers(outdir, files) {
  const built = new Set(files.map((file) => file.replace(/\.ts$/, '.js')));
  for (const entry of readdirSync(outdir, { withFileTypes: true, recursive: true })) {
    const path = relative(outdir, join(entry.parentPath, entry.name));
    const name = path.replace(/\.map$/, '').replaceAll('\\', '/');
    if (entry.isFile() && !built.has(name) && !name.startsWith('web/')) rmSync(join(outdir, path));
  }
}

function sources(project) {
  const files = FOLDERS.filter((folder) => existsSync(join(project, folder))).flatMap((folder) =>
    readdirSync(join(project, folder), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => relative(project, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  return files.filter((file) => !NOT_BUILT.test(file)).sort();
}

/** Changes with the name, size or modification time of any source, and with the builder. */
function fingerprint(project, files) {
  const hash = createHash('sha256').update(readFileSync(new URL(import.meta.url)));
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(project, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function stampFile(project) {
  return join(project, 'node_modules', '.cache', 'kedai', 'build');
}
