/** A real mosquitto as docker-compose.yml configures it, with this machine's paths in place of the image's. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { dynamicSecurity } from '../mosquitto/dynamic-security.js';
import { type RunningMosquitto, startMosquitto } from './mosquitto.js';

const PLUGIN = 'mosquitto_dynamic_security.so';
const PLUGIN_FOLDERS = [
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/local/lib',
];

/** @param credentials Kedai's own; every other client is admitted by the stock unit. */
export async function startFleetMosquitto(credentials: {
  username: string;
  password: string;
}): Promise<RunningMosquitto> {
  const fleet = await readFile(join(PROJECT_FOLDER, 'deploy', 'mosquitto', 'mosquitto.conf'), 'utf8');
  const plugin =
    PLUGIN_FOLDERS.map((folder) => join(folder, PLUGIN)).find((path) => existsSync(path)) ?? PLUGIN;
  return startMosquitto(async (folder) => {
    await writeFile(
      join(folder, 'dynamic-security.json'),
      dynamicSecurity(credentials.username, credentials.password),
    );
    return fleet
      .replace(/^listener .*$/m, '')
      .replace(/^plugin .*$/m, `plugin ${plugin}`)
      .replaceAll('/mosquitto/data/', `${folder}/`);
  });
}
