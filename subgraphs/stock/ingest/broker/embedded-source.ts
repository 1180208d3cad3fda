/** Messages of the embedded broker, which authenticates devices by the stock database and ends sessions that the bus names. */
import { MISSED } from '../../../../platform/bus/bus.js';
import { isId } from '../../../../platform/ids.js';
import type { Platform } from '../../../../platform/platform.js';
import { stockSettings } from '../../settings.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { findCredential } from '../../store/shelves.js';
import { demoDeviceToken, isTokenOf } from '../devices/device-token.js';
import { ENDED_SESSIONS_TOPIC } from '../devices/embedded-devices.js';
import type { Receiver } from '../receiver.js';
import { type Principal, startEmbeddedBroker } from './embedded-broker.js';
import type { MessageSource } from './message-source.js';

export async function startEmbeddedSource(
  { bus, config, log }: Platform,
  database: OwnStockDatabase,
  receiver: Receiver,
): Promise<MessageSource> {
  async function authenticate(name: string, token: string): Promise<Principal | undefined> {
    const shelf = isId(name) ? await findCredential(database, name) : null;
    if (shelf === null || !isTokenOf(token, shelf.tokenHash)) return undefined;
    if (!config.hasDemo && token === demoDeviceToken(shelf.id)) return undefined;
    return { id: shelf.id, outletId: shelf.outletId };
  }

  const broker = await startEmbeddedBroker({
    host: config.host,
    port: config.settings(stockSettings).MQTT_PORT,
    authenticate,
    receive: (message) => receiver.receive(message),
    log,
  });
  const endedSessions = await bus.subscribe(ENDED_SESSIONS_TOPIC);

  async function endSessions(): Promise<void> {
    for await (const message of endedSessions) {
      if (message !== MISSED) broker.endSessions(String(message.shelfId));
    }
  }

  endSessions().catch((error) =>
    log.warn({ error: String(error) }, 'ingest: subscription to ended sessions failed'),
  );
  return {
    mqttUrl: broker.url,
    ready: async () => undefined,
    async stop() {
      await endedSessions.return?.();
      await broker.stop();
    },
  };
}
