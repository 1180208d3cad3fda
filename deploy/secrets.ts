/**
 * Keys and secrets. In development they are generated once into the data folder, readable by its owner alone; units that
 * start on one folder at the same time read the same. In production nothing is generated: `missingSecrets` names what a
 * unit lacks.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../platform/config.js';
import { generateKeyFiles } from '../platform/identity/keys.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';

/** What the gateway and every subgraph require. */
const SHARED = { SUBGRAPH_SECRET: 'the secret shared by the gateway and the subgraphs' };
const SHARING: readonly string[] = ['gateway', ...SUBGRAPH_NAMES];

/** What units require beyond that, and why. */
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
  payment: {
    MIDTRANS_SERVER_KEY: "Midtrans' server key",
    XENDIT_SECRET_KEY: "Xendit's secret key",
    XENDIT_CALLBACK_TOKEN: "the token that Xendit's callbacks carry",
    MIDTRANS_BASE_URL: 'https://api.midtrans.com, its sandbox or a simulator',
    XENDIT_BASE_URL: 'https://api.xendit.co or a simulator',
  },
};

/** What the units lack, a sentence each. */
export function missingSecrets(config: Config, units: readonly string[]): string[] {
  return [...missingOf(config, units)].map(([setting, why]) => `${setting} is missing: ${why}.`);
}

/** The configuration with what the units lack, generated at the first start. */
export async function withSecrets(config: Config, units: readonly string[]): Promise<Config> {
  const missing = missingOf(config, units);
  if (missing.size === 0) return config;

  const folder = join(config.dataDirectory, 'secrets');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keys = await generateKeyFiles(folder);
  const generated = {
    JWT_PRIVATE_KEY_FILE: keys.privateKeyFile,
    JWT_PUBLIC_KEY_FILE: keys.publicKeyFile,
    SUBGRAPH_SECRET: await secretIn(folder, 'subgraph-secret'),
    MIDTRANS_SERVER_KEY: await secretIn(folder, 'midtrans-server-key'),
    XENDIT_SECRET_KEY: await secretIn(folder, 'xendit-secret-key'),
    XENDIT_CALLBACK_TOKEN: await secretIn(folder, 'xendit-callback-token'),
  };
  return config.with(
    Object.fromEntries(Object.entries(generated).filter(([setting]) => missing.has(setting))),
  );
}

function missingOf(config: Config, units: readonly string[]): Map<string, string> {
  const missing = new Map<string, string>();
  for (const unit of units) {
    const needs = { ...NEEDS[unit], ...(SHARING.includes(unit) && SHARED) };
    for (const [setting, why] of Object.entries(needs)) {
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
