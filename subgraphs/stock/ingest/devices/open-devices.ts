/** Devices of the configured broker. */
import type { Platform } from '../../../../platform/platform.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { outsideBroker } from '../broker/tls.js';
import type { Devices } from './devices.js';
import { embeddedDevices } from './embedded-devices.js';
import { mosquittoDevices } from './mosquitto-devices.js';

export function openDevices({ bus, config, log }: Platform, database: OwnStockDatabase): Devices {
  const broker = outsideBroker(config);
  return broker === undefined
    ? embeddedDevices(bus)
    : mosquittoDevices({ broker, database, hasDemo: config.hasDemo, log });
}
