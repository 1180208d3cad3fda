/**
 * Generates what docker-compose.yml requires into the folder given: `.env` with the passwords and shared secrets, and below
 * `.secrets/` the key pair of the access tokens and mosquitto's first account. For the demo, `.env` also chooses the demo chain
 * and the payment simulators. Existing files stay as they are.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { generateKeyFiles } from '../platform/identity/keys.js';
import { dynamicSecurity } from './mosquitto/dynamic-security.js';

const SECRETS = ['POSTGRES_PASSWORD', 'MQTT_PASSWORD', 'SUBGRAPH_SECRET'];

/** What a payment provider would give out. */
const SIMULATED_SECRETS = ['MIDTRANS_SERVER_KEY', 'XENDIT_SECRET_KEY', 'XENDIT_CALLBACK_TOKEN'];

const DEMO = {
  COMPOSE_PROFILES: 'demo',
  DEMO: 'on',
  PAYMENT_SIMULATORS: 'on',
  MIDTRANS_BASE_URL: 'http://payment-simulators:4008',
  XENDIT_BASE_URL: 'http://payment-simulators:4009',
};

export async function makeFleetSecrets(folder: string, { demo = false } = {}): Promise<void> {
  const environmentFile = join(folder, '.env');
  if (!existsSync(environmentFile)) {
    const made = [...SECRETS, ...(demo ? SIMULATED_SECRETS : [])].map((name) => [
      name,
      randomBytes(32).toString('base64url'),
    ]);
    const lines = [...made, ...(demo ? Object.entries(DEMO) : [])].map(
      ([name, value]) => `${name}=${value}\n`,
    );
    await writeFile(environmentFile, lines.join(''), { mode: 0o600 });
  }
  const keys = join(folder, '.secrets');
  await mkdir(keys, { recursive: true, mode: 0o700 });
  const { privateKeyFile } = await generateKeyFiles(keys);
  // The folder keeps others out; the container's own user must be able to read what is mounted from it.
  await chmod(privateKeyFile, 0o644);
  const mosquitto = join(keys, 'mosquitto');
  await mkdir(mosquitto, { recursive: true });
  const { MQTT_PASSWORD = '' } = parseEnv(await readFile(environmentFile, 'utf8'));
  await writeFile(join(mosquitto, 'dynamic-security.json'), dynamicSecurity('kedai', MQTT_PASSWORD), {
    flag: 'wx',
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
