/**
 * Empties sessions that no ingest process has any more: those of a former release, which had a connection for each of 128 messages in
 * progress, and those of processes that are gone for good. Without this the broker would go on to queue their share of the readings
 * under them. A session is left to expire once nothing has come from it for two seconds; what it has left then comes at the next start.
 */
import type mqtt from 'mqtt';
import { STATUS_FILTERS } from '../formats/list.js';
import {
  CONNECTIONS,
  connectToBroker,
  type OutsideBrokerOptions,
  receiveInBatches,
  SHARED_READINGS,
} from './external-broker.js';

const CONNECTIONS_OF_FORMER_RELEASE = 128;
const SESSION_SECONDS = 24 * 3_600;
const IDLE_MILLISECONDS = 2_000;

/**
 * @param formerClientIds of processes that are gone.
 * @param formerConnections of a process of the former release.
 */
export function emptyFormerSessions(
  options: OutsideBrokerOptions,
  formerClientIds: readonly string[],
  formerConnections = CONNECTIONS_OF_FORMER_RELEASE,
): { stop(): Promise<void> } {
  const open = new Set<mqtt.MqttClient>();
  emptyThoseOfFormerRelease(options.clientId);
  for (const clientId of formerClientIds.filter((id) => id !== options.clientId)) {
    for (const session of sessions(clientId, 0, CONNECTIONS)) empty(session);
    emptyThoseOfFormerRelease(clientId);
  }

  /** They were all opened at once: where the last one is not there, the others are not either. */
  function emptyThoseOfFormerRelease(clientId: string): void {
    const last = formerConnections - 1;
    empty(`${clientId}-${last}`, () => {
      for (const session of sessions(clientId, CONNECTIONS, last)) empty(session);
    });
  }

  function empty(clientId: string, onPresent: () => void = () => undefined): void {
    const properties = { sessionExpiryInterval: SESSION_SECONDS };
    const client = connectToBroker(options, { clientId, clean: false, properties });
    open.add(client);
    const end = (sessionExpiryInterval = SESSION_SECONDS) => {
      open.delete(client);
      client.end(false, { properties: { sessionExpiryInterval } });
    };
    const inProgress = new Set<Promise<void>>();
    receiveInBatches(client, {
      receiver: options.receiver,
      inProgress,
      onError: (error) => options.log.warn({ error: String(error) }, 'ingest: a message is not stored'),
    });
    let received = 0;
    client.on('packetreceive', ({ cmd }) => {
      if (cmd === 'publish') received += 1;
    });
    const waitUntilIdle = (before = received) => {
      setTimeout(() => {
        if (!open.has(client)) return;
        if (received > before || inProgress.size > 0) waitUntilIdle();
        else end();
      }, IDLE_MILLISECONDS);
    };
    client.once('connect', ({ sessionPresent }) => {
      if (!sessionPresent) return end(0);
      onPresent();
      client.unsubscribe([...SHARED_READINGS, ...STATUS_FILTERS], () => waitUntilIdle());
    });
  }

  return {
    async stop() {
      const clients = [...open];
      open.clear();
      await Promise.all(clients.map((client) => client.endAsync(!client.connected)));
    },
  };
}

function sessions(clientId: string, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `${clientId}-${from + index}`);
}
