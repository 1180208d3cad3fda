/** Messages of the embedded broker, which authenticates devices by the stock database and ends sessions that the bus names. */
import { setTimeout as delay } from 'node:timers/promises';
import { MISSED } from '../../../../platform/bus/bus.js';
import { isId } from '../../../../platform/ids.js';
import type { Platform } from '../../../../platform/platform.js';
import { stockSettings } from '../../settings.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { findAllCredentials, findCredential } from '../../store/shelves.js';
import { demoDeviceToken, isTokenOf } from '../devices/device-token.js';
import { ENDED_SESSIONS_TOPIC } from '../devices/embedded-devices.js';
import type { Receiver } from '../receiver.js';
import { type Credentials, type Principal, startEmbeddedBroker } from './embedded-broker.js';
import type { MessageSource } from './message-source.js';
import { listenersOf } from './tls.js';

/** After that all sessions of the shelf end: none outlives its token where the database does not answer. */
const LONGEST_LOOK_MILLISECONDS = 500;
const RETRY_MILLISECONDS = 1_000;

export async function startEmbeddedSource(
  { bus, config, log }: Platform,
  database: OwnStockDatabase,
  receiver: Receiver,
): Promise<MessageSource> {
  /** By its token, by a certificate whose only name is its id, or by both. A certificate that names a shelf is good for no other. */
  async function authenticate({ name, token, certified }: Credentials): Promise<Principal | undefined> {
    const shelf = isId(name) ? await findCredential(database, name) : null;
    if (shelf === null) return undefined;
    if (certified.some((other) => other !== shelf.id && isId(other))) return undefined;
    const isCertified = certified.length === 1 && certified[0] === shelf.id;
    if (token === '' && isCertified) return shelf;
    if (!isTokenOf(token, shelf.tokenHash)) return undefined;
    if (!config.hasDemo && token === demoDeviceToken(shelf.id)) return undefined;
    return shelf;
  }

  let isStopping = false;
  const broker = await startEmbeddedBroker({
    host: config.host,
    ...listenersOf(config),
    authenticate,
    messagesPerSecond: config.settings(stockSettings).MQTT_MESSAGES_PER_SECOND,
    receive: (message) => receiver.receive(message),
    log,
  });
  const endedSessions = await bus.subscribe(ENDED_SESSIONS_TOPIC);

  async function endSessions(): Promise<void> {
    for await (const message of endedSessions) {
      if (message !== MISSED) await endSessionsOf(String(message.shelfId));
      else await endOutdatedSessions();
    }
  }

  /** Sessions of the token that holds stay: a device may have its new token before the message comes. */
  async function endSessionsOf(shelfId: string): Promise<void> {
    const shelf = await Promise.race([
      findCredential(database, shelfId).catch(() => null),
      delay(LONGEST_LOOK_MILLISECONDS, null),
    ]);
    broker.endSessions(shelfId, ({ tokenHash }) => isSameHash(shelf?.tokenHash, tokenHash));
  }

  /** Retried until the database responds: which sessions ended is not known otherwise. */
  async function endOutdatedSessions(): Promise<void> {
    while (!isStopping) {
      try {
        const shelves = (await findAllCredentials(database)).filter(({ removedAt }) => removedAt === null);
        const hashes = new Map(shelves.map(({ id, tokenHash }) => [id, tokenHash]));
        return broker.endSessionsExcept(({ id, tokenHash }) => isSameHash(hashes.get(id), tokenHash));
      } catch (error) {
        log.warn({ error: String(error) }, 'ingest: cannot see which sessions ended, will be retried');
        await delay(RETRY_MILLISECONDS);
      }
    }
  }

  endSessions().catch((error) =>
    log.warn({ error: String(error) }, 'ingest: subscription to ended sessions failed'),
  );
  return {
    mqttUrl: broker.url,
    mqttTlsUrl: broker.tlsUrl,
    ready: async () => undefined,
    async stop() {
      isStopping = true;
      await endedSessions.return?.();
      await broker.stop();
    },
  };
}

function isSameHash(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}
