/**
 * Keys and secrets. `npm start`, and units in development, generate them once into the data folder, readable by its owner alone;
 * units that start on one folder at the same time read the same. What a payment provider gives out is generated only for the
 * simulators. Units in production generate nothing: `missingSecrets` names what they lack.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config, SettingProblem } from '../platform/config.js';
import { generateKeyFiles } from '../platform/identity/keys.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { hasSimulators, providerSettings } from '../subgraphs/payment/settings.js';

const SUBGRAPH_SECRET_FILE = 'subgraph-secret';

/** What the gateway and every subgraph require. */
const SHARED = { SUBGRAPH_SECRET: 'the secret shared by the gateway and the subgraphs' };
const SHARING: readonly string[] = ['gateway', ...SUBGRAPH_NAMES];

/** What units require beyond that, and why. Of a payment provider: `providerSettings`. */
const NEEDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  gateway: {
    JWT_PUBLIC_KEY_FILE: 'the key that access tokens are verified with (or set JWKS_URL)',
  },
  customer: {
    JWT_PRIVATE_KEY_FILE: 'the key that access tokens are signed with',
  },
  'payment-simulators': {
    MIDTRANS_SERVER_KEY: "Midtrans' server key, as the payment unit has it",
    XENDIT_SECRET_KEY: "Xendit's secret key, as the payment unit has it",
    XENDIT_CALLBACK_TOKEN: "the token that Xendit's callbacks carry",
  },
};

/** What the units lack. */
export function missingSecrets(config: Config, units: readonly string[]): SettingProblem[] {
  return [...missingOf(config, units)].map(([setting, why]) => ({ setting, problem: `is missing: ${why}` }));
}

/** What units do without where nothing is generated, and are given where something is. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = { messages: ['VAPID_PRIVATE_KEY'] };

/** The configuration with what the units lack and can be made, generated at the first start. */
export async function withSecrets(config: Config, units: readonly string[]): Promise<Config> {
  const optional = units.flatMap((unit) => OPTIONAL[unit] ?? []);
  const missing = new Set([
    ...missingOf(config, units).keys(),
    ...optional.filter((setting) => config.value(setting) === undefined),
  ]);
  if (missing.size === 0) return config;

  const folder = join(config.dataDirectory, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await generateKeyFiles(folder);
  const generated = {
    JWT_PRIVATE_KEY_FILE: keys.privateKeyFile,
    JWT_PUBLIC_KEY_FILE: keys.publicKeyFile,
    SUBGRAPH_SECRET: await secretIn(folder, SUBGRAPH_SECRET_FILE),
    // 32 bytes are a private key of the curve P-256.
    VAPID_PRIVATE_KEY: await secretIn(folder, 'vapid-private-key'),
    ...(hasSimulators(config) ? await simulatedSecrets(folder) : {}),
  };
  return config.with(
    Object.fromEntries(Object.entries(generated).filter(([setting]) => missing.has(setting))),
  );
}

/** The configuration with the secret that `npm start` made in the data folder, for commands beside it; with none where there is none. */
export async function withMadeSecrets(config: Config): Promise<Config> {
  if (config.environment.SUBGRAPH_SECRET !== undefined) return config;
  const file = join(config.dataDirectory, 'secrets', SUBGRAPH_SECRET_FILE);
  const secret = await readFile(file, 'utf8').catch(() => undefined);
  return secret === undefined ? config : config.with({ SUBGRAPH_SECRET: secret });
}

async function simulatedSecrets(folder: string): Promise<Record<string, string>> {
  return {
    MIDTRANS_SERVER_KEY: await secretIn(folder, 'midtrans-server-key'),
    XENDIT_SECRET_KEY: await secretIn(folder, 'xendit-secret-key'),
    XENDIT_CALLBACK_TOKEN: await secretIn(folder, 'xendit-callback-token'),
  };
}

function needsOf(config: Config, unit: string): Readonly<Record<string, string>> {
  return {
    ...NEEDS[unit],
    ...(SHARING.includes(unit) ? SHARED : {}),
    ...(unit === 'payment' ? providerSettings(config) : {}),
  };
}

function missingOf(config: Config, units: readonly string[]): Map<string, string> {
  const missing = new Map<string, string>();
  for (const unit of units) {
    for (const [setting, why] of Object.entries(needsOf(config, unit))) {
      const isFetched = setting === 'JWT_PUBLIC_KEY_FILE' && config.value('JWKS_URL') !== undefined;
      const isSimulated = setting.endsWith('_BASE_URL') && units.includes('payment-simulators');
      if (config.value(setting) === undefined && !isFetched && !isSimulated) missing.set(setting, why);
    }
  }
  return missing;
}

/** The secret of that name, generated unless it exists. */
async function secretIn(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
  return readFile(file, 'utf8');
}
