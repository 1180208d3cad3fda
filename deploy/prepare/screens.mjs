/** Builds the screens in `web/` into `dist/web` with Vite. Sources that have not changed are not built again. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export function areScreensBuilt(project) {
  if (!existsSync(join(project, 'web'))) return true;
  const stamp = stampFile(project);
  if (!existsSync(stamp) || !existsSync(join(project, 'dist', 'web'))) return false;
  return readFileSync(stamp, 'utf8') === fingerprint(project);
}

/** @throws Error with what Vite reports. */
export async function buildScreens(project) {
  const { build } = await import('vite');
  const stamp = fingerprint(project);
  await build({
    root: join(project, 'web'),
    configFile: join(project, 'web', 'vite.config.ts'),
    logLevel: 'error',
    mode: 'production',
  });
  mkdirSync(dirname(stampFile(project)), { recursive: true });
  writeFileSync(stampFile(project), stamp);
}

/** Changes with the name, size or modification time of any source, and with the versions of what it is built from. */
function fingerprint(project) {
  const folder = join(project, 'web');
  const hash = createHash('sha256').update(readFileSync(join(project, 'package.json')));
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(folder, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function stampFile(project) {
  return join(project, 'node_modules', '.cache', 'kedai', 'screens');
}
