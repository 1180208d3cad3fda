/**
 * The ingest unit: takes in what shelves publish and applies it to the stock database, which it shares with the stock unit.
 * With `MQTT_URL` it subscribes there; without, it brings an embedded broker whose acknowledgement waits for the insert.
 */
import { MISSED } from '../../../platform/bus/bus.js';
import type { Platform } from '../../../platform/platform.js';
import { openStockDatabase, type StockDatabase } from '../store/database.js';
import { shelfOfDevice } from '../store/shelves.js';
import { startApplying } from './apply.js';
import { startEmbeddedBroker } from './broker/embedded-broker.js';
import { type MessageSource, subscribeToBroker } from './broker/external-broker.js';
import { ENDED_SESSIONS_TOPIC } from './devices/embedded-devices.js';
import { createReceiver, type Receiver } from './receiver.js';

export interface RunningIngest {
  /** Where devices publish, without credentials. */
  readonly mqttUrl: string;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

export async function startIngest(platform: Platform): Promise<RunningIngest> {
  const { bus, config, log, queues } = platform;
  const database = openStockDatabase(config.databaseUrl('stock'), bus);
  const receiver = createReceiver(database, queues, log);
  const applying = startApplying(platform, database);
  const url = config.environment.MQTT_URL;
  const source =
    url === undefined
      ? await embeddedSource(platform, database, receiver)
      : {
          ...subscribeToBroker({ url, clientId: config.environment.MQTT_CLIENT_ID, receiver, log }),
          mqttUrl: withoutCredentials(url),
        };
  return {
    mqttUrl: source.mqttUrl,
    async ready() {
      await database.ready();
      await source.ready();
    },
    async stop() {
      // What is under way is stored and acknowledged; what cannot be stored now is left to be published again.
      await Promise.all([source.stop(), receiver.stop()]);
      await applying.stop();
      await database.close();
    },
  };
}

async function embeddedSource(
  { bus, config, log }: Platform,
  database: StockDatabase,
  receiver: Receiver,
): Promise<MessageSource & { readonly mqttUrl: string }> {
  const broker = await startEmbeddedBroker({
    host: config.host,
    port: config.environment.MQTT_PORT,
    authenticate: (name, token) => shelfOfDevice(database, name, token),
    receive: (message) => receiver.receive(message),
    log,
  });
  const ended = await bus.subscribe(ENDED_SESSIONS_TOPIC);
  const following = (async () => {
    for await (const message of ended) if (message !== MISSED) broker.endSessions(String(message.shelfId));
  })();
  following.catch((error) =>
    log.warn({ error: String(error) }, 'ingest: ended sessions are no longer heard of'),
  );
  return {
    mqttUrl: broker.url,
    ready: async () => undefined,
    async stop() {
      await ended.return?.();
      await broker.stop();
    },
  };
}

function withoutCredentials(mqttUrl: string): string {
  const url = new URL(mqttUrl);
  url.username = '';
  url.password = '';
  return url.href;
}
