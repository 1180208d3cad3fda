/** A copy of the project to work in as a guide says: its own sources and build, and the packages that are installed here. */
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';

export interface ProjectCopy {
  readonly folder: string;
  write(file: string, text: string): Promise<void>;
  /** Adds the lines that a diff marks with `+` below those that it shows before them. @throws where these are not in the file. */
  apply(file: string, diff: string): Promise<void>;
  remove(): Promise<void>;
}

export async function copyProject(): Promise<ProjectCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-extend-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: PROJECT_FOLDER, encoding: 'utf8' }).split('\0');
  const clients = files.flatMap((file) => /^(prisma\/[^/]+)\/schema\.prisma$/.exec(file)?.[1] ?? []);
  for (const file of [...files.filter((name) => name !== ''), ...clients.map((name) => `${name}/client`)]) {
    await cp(join(PROJECT_FOLDER, file), join(folder, file), { recursive: true });
  }
  // A folder of its own: what is built and cached there belongs to the copy.
  await mkdir(join(folder, 'node_modules'));
  for (const name of await readdir(join(PROJECT_FOLDER, 'node_modules'))) {
    if (name === '.cache' || name === '.vite') continue;
    await symlink(join(PROJECT_FOLDER, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return {
    folder,
    async write(file, text) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    },
    async apply(file, diff) {
      const lines = diff.split('\n').filter((line) => line !== '');
      const before = lines.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
      const after = lines.map((line) => line.slice(1));
      const text = await readFile(join(folder, file), 'utf8');
      const place = `${before.join('\n')}\n`;
      if (!text.includes(place)) throw new Error(`${file} has no lines\n${place}`);
      await writeFile(
        join(folder, file),
        text.replace(place, () => `${after.join('\n')}\n`),
      );
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
