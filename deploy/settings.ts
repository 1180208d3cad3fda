/** Every setting that there is: those in common, those of each unit, and the addresses of the subgraphs. */
import { z } from 'zod';
import { gatewaySettings } from '../gateway/settings.js';
import { type Config, httpUrl, postgresUrl, readConfig, SETTINGS } from '../platform/config.js';
import { outletDefaults } from '../platform/outlet-settings/defaults.js';
import { customerSettings } from '../subgraphs/customer/settings.js';
import { messagesSettings } from '../subgraphs/messages/settings.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { paymentSettings } from '../subgraphs/payment/settings.js';
import { stockSettings } from '../subgraphs/stock/settings.js';

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

/** @throws ConfigurationError naming every invalid variable, whichever unit it belongs to. */
export function readSettings(variables: NodeJS.ProcessEnv): Config {
  return readConfig(variables, UNIT_SETTINGS);
}
