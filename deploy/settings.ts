/** Every setting that there is: those in common, those of each unit, and the addresses of the subgraphs. */
import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { gatewaySettings } from '../gateway/settings.js';
import {
  type Config,
  type ConfigRules,
  httpUrl,
  postgresUrl,
  readConfig,
  SETTINGS,
  type SettingProblem,
} from '../platform/config.js';
import { outletDefaults } from '../platform/outlet-settings/defaults.js';
import { customerSettings } from '../subgraphs/customer/settings.js';
import { messagesSettings } from '../subgraphs/messages/settings.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { paymentSettings } from '../subgraphs/payment/settings.js';
import { tlsProblems } from '../subgraphs/stock/ingest/broker/tls.js';
import { stockSettings } from '../subgraphs/stock/settings.js';
import { similarNames } from './similar-names.js';

/** Where each subgraph's database is, and the subgraph itself when it runs elsewhere. */
const addressSettings = z.object(
  Object.fromEntries(
    SUBGRAPH_NAMES.map((name) => name.toUpperCase()).flatMap((name) => [
      [`${name}_DATABASE_URL`, postgresUrl],
      [`${name}_URL`, httpUrl],
    ]),
  ),
);

const UNIT_SETTINGS = [
  addressSettings,
  gatewaySettings,
  customerSettings,
  messagesSettings,
  outletDefaults,
  paymentSettings,
  stockSettings,
];

/** Each once: the gateway and a subgraph may both read one. */
export const SETTING_NAMES: readonly string[] = [
  ...new Set([...SETTINGS, ...UNIT_SETTINGS.flatMap((schema) => Object.keys(schema.shape))]),
];

/** Settings that name a file, which must be there. */
const FILES = [
  ...['JWT_PRIVATE_KEY_FILE', 'JWT_PUBLIC_KEY_FILE', 'SUPERGRAPH_FILE', 'TRUSTED_DOCUMENTS'],
  ...['MQTT_CERTIFICATE_FILE', 'MQTT_KEY_FILE', 'MQTT_CA_FILE', 'NATS_CREDENTIALS_FILE'],
];

/** Nothing but Kedai reads variables that begin so: one that is no setting is a mistake. */
const OWN_PREFIX = 'KEDAI_';

/**
 * @param problemsOf what the units to be started lack.
 * @throws ConfigurationError naming every variable that has to be changed, whichever unit it belongs to.
 */
export function readSettings(
  variables: NodeJS.ProcessEnv,
  problemsOf: ConfigRules['problemsOf'] = () => [],
): Config {
  return readConfig(variables, {
    units: UNIT_SETTINGS,
    problemsOf: (config) => [
      ...problemsOf(config),
      ...unreadableFiles(config),
      ...tlsProblems(config),
      ...unknownSettings(variables),
    ],
  });
}

/**
 * Variables that are no setting and look like one that is not set, a sentence each. They may be meant for another program, so they
 * are no error.
 */
export function misspeltSettings(variables: NodeJS.ProcessEnv): string[] {
  const unset = SETTING_NAMES.filter((name) => variables[name] === undefined);
  return strangersAmong(variables)
    .filter((name) => !name.startsWith(OWN_PREFIX))
    .flatMap((name) => similarNames(name, unset).map((known) => `${name} is no setting: ${known} is.`));
}

function unknownSettings(variables: NodeJS.ProcessEnv): SettingProblem[] {
  return strangersAmong(variables)
    .filter((name) => name.startsWith(OWN_PREFIX))
    .map((setting) => {
      const [known] = similarNames(setting, SETTING_NAMES);
      return { setting, problem: `is no setting${known === undefined ? '' : `: ${known} is`}` };
    });
}

function strangersAmong(variables: NodeJS.ProcessEnv): string[] {
  return Object.keys(variables).filter((name) => !SETTING_NAMES.includes(name));
}

function unreadableFiles(config: Config): SettingProblem[] {
  return FILES.filter((setting) => {
    const file = config.value(setting);
    return file !== undefined && !isReadable(file);
  }).map((setting) => ({ setting, problem: 'must name a file that can be read' }));
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
