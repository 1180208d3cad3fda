/** The screens by Vite's own server, in front of a running system. */
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

export interface DevScreens {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param system where the gateway is. */
export async function startDevScreens(system: string): Promise<DevScreens> {
  const { createServer } = await import('vite');
  const folder = join(PROJECT_FOLDER, 'web');
  // Read by web/vite.config.ts; to the units it would be a setting that they do not know.
  process.env.KEDAI_URL = system;
  const server = await createServer({
    ...{ root: folder, configFile: join(folder, 'vite.config.ts'), logLevel: 'error', clearScreen: false },
  });
  delete process.env.KEDAI_URL;
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', stop: () => server.close() };
}
