/** Every setting that there is: the platform's and the gateway's, and those that units bring. */
import { type Config, readConfig, SETTINGS } from '../platform/config.js';
import { orderSettings } from '../subgraphs/order/settings.js';
import { paymentSettings } from '../subgraphs/payment/settings.js';
import { stockSettings } from '../subgraphs/stock/settings.js';

const UNIT_SETTINGS = [orderSettings, paymentSettings, stockSettings];

export const SETTING_NAMES: readonly string[] = [
  ...SETTINGS,
  ...UNIT_SETTINGS.flatMap((schema) => Object.keys(schema.shape)),
];

/** @throws ConfigurationError naming every invalid variable, whichever unit it belongs to. */
export function readSettings(variables: NodeJS.ProcessEnv): Config {
  return readConfig(variables, UNIT_SETTINGS);
}
