/** The folder of `DATA_DIR`, made before anything else is: one that cannot be written ends the start by a sentence. */
import { existsSync } from 'node:fs';
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Config, ConfigurationError } from '../platform/config.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'it is on a read-only file system',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
  ENOENT: 'no folder can be made there',
  ENOSPC: 'its file system is full',
};

/** @throws ConfigurationError */
export async function makeDataDirectory({ dataDirectory }: Config): Promise<void> {
  try {
    await makeFolder(dataDirectory);
    await access(dataDirectory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new ConfigurationError(
      `DATA_DIR cannot be used: ${dataDirectory} (${REASONS[code] ?? code}). Set it to a folder that this account may write.`,
    );
  }
}

/** One by one: Node's own recursion never ends where the file system refuses new folders by ENOENT, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (!existsSync(parent)) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    // Another start may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
