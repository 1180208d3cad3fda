/** Devices of the configured broker. */
import type { Platform } from '../../../../platform/platform.js';
import { stockSettings } from '../../settings.js';
import type { OwnStockDatabase } from '../../store/database.js';
import type { Devices } from './devices.js';
import { embeddedDevices } from './embedded-devices.js';
import { mosquittoDevices } from './mosquitto-devices.js';

export function openDevices({ bus, config, log }: Platform, database: OwnStockDatabase): Devices {
  const url = config.settings(stockSettings).MQTT_URL;
  return url === undefined
    ? embeddedDevices(bus)
    : mosquittoDevices({ url, database, hasDemo: config.hasDemo, log });
}
