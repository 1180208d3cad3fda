/**
 * The ingest unit: stores what shelves publish over MQTT and applies it to the stock database, which it shares with the stock
 * unit. With `MQTT_URL` it subscribes to that broker; without, it starts the embedded one.
 */
import type { Platform } from '../../../platform/platform.js';
import { openStockDatabase } from '../store/database.js';
import { startApplying } from './apply.js';
import { startEmbeddedSource } from './broker/embedded-source.js';
import { startOutsideSource } from './broker/outside-source.js';
import { outsideBroker } from './broker/tls.js';
import { createReceiver } from './receiver.js';

export interface RunningIngest {
  /** Where devices publish, without credentials. */
  readonly mqttUrl: string;
  /** With TLS, where the embedded broker serves it; null otherwise. */
  readonly mqttTlsUrl: string | null;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export async function startIngest(platform: Platform): Promise<RunningIngest> {
  const { bus, config, log, queues } = platform;
  const database = openStockDatabase(config.databaseUrl('stock'), bus);
  const receiver = createReceiver(database, queues, log);
  const applying = startApplying(platform, database);
  const broker = outsideBroker(config);
  const source =
    broker === undefined
      ? await startEmbeddedSource(platform, database, receiver)
      : startOutsideSource(platform, { broker, database, receiver });
  return {
    mqttUrl: source.mqttUrl,
    mqttTlsUrl: source.mqttTlsUrl,
    async ready() {
      await database.ready();
      await source.ready();
    },
    async stop() {
      // Messages in progress are stored and acknowledged; the rest stays unacknowledged and is published again.
      await Promise.all([source.stop(), receiver.stop()]);
      await applying.stop();
      await database.close();
    },
  };
}
