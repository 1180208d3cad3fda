/** Compiles single files into `dist/`, as the build does all of them; what is gone is removed there. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** @param files relative to the project. @throws Error that names the places of what does not compile. */
export async function compile(project: string, files: readonly string[]): Promise<void> {
  const outputOf = (file: string) => join(project, 'dist', file.replace(/\.ts$/, '.js'));
  const [there, gone] = [
    files.filter((file) => existsSync(join(project, file))),
    files.filter((file) => !existsSync(join(project, file))),
  ];
  await Promise.all(gone.map((file) => rm(outputOf(file), { force: true })));
  if (there.length === 0) return;
  await build({
    ...{ absWorkingDir: project, entryPoints: there, outdir: join(project, 'dist'), outbase: project },
    ...{ bundle: false, format: 'esm', platform: 'node', target: 'node20' },
    ...{ sourcemap: true, sourcesContent: false, logLevel: 'silent' },
  });
}
