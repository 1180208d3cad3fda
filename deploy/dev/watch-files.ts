/** Watches the project's sources, and hands over what has changed: what changes while that is dealt with comes together afterwards. */
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['deploy', 'gateway', 'platform', 'prisma', 'schema', 'subgraphs'];
/** Editors write a file in several steps, and `git checkout` many files. */
const SETTLING_MILLISECONDS = 60;

/** @param onChange given the files' paths, relative to the project; never rejects. */
export async function watchFiles(
  project: string,
  onChange: (changed: readonly string[]) => Promise<void>,
): Promise<{ stop(): Promise<void> }> {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  const handOver = () => {
    if (working !== undefined || changed.size === 0) return;
    const files = [...changed].toSorted();
    changed.clear();
    working = onChange(files).finally(() => {
      working = undefined;
      handOver();
    });
  };
  const watchers = FOLDERS.map(
    (folder): FSWatcher =>
      watch(join(project, folder), { recursive: true }, (_event, file) => {
        if (file === null) return;
        changed.add(join(folder, file).replaceAll('\\', '/'));
        clearTimeout(timer);
        timer = setTimeout(handOver, SETTLING_MILLISECONDS);
      }),
  );
  return {
    async stop() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
      await working;
    },
  };
}
