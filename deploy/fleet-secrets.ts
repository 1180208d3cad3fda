/**
 * What docker-compose.yml asks for, made once in the folder given: `.env` with the passwords and shared secrets, and the
 * key pair of the access tokens below `.secrets/`. What is there already is kept.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateKeyFiles } from '../platform/identity/keys.js';

const NAMES = [
  'POSTGRES_PASSWORD',
  'MQTT_PASSWORD',
  'SUBGRAPH_SECRET',
  'MIDTRANS_SERVER_KEY',
  'XENDIT_SECRET_KEY',
  'XENDIT_CALLBACK_TOKEN',
];

export async function makeFleetSecrets(folder: string): Promise<void> {
  const environmentFile = join(folder, '.env');
  if (!existsSync(environmentFile)) {
    const lines = NAMES.map((name) => `${name}=${randomBytes(32).toString('base64url')}\n`);
    await writeFile(environmentFile, lines.join(''), { mode: 0o600 });
  }
  const keys = join(folder, '.secrets');
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const { privateKeyFile } = await generateKeyFiles(keys);
  // The folder keeps others out; the container's own user must be able to read what is mounted from it.
  await chmod(privateKeyFile, 0o644);
}
