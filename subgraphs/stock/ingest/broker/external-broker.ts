/**
 * Messages of an outside broker. MQTT.js processes a packet at a time and acknowledges it when it is processed, so many
 * connections share one subscription: a batch is as large as there are connections. Sessions outlive this process for a day, in
 * which the broker queues what is published. Statuses arrive on one connection, in their order.
 */
import mqtt from 'mqtt';
import type { Log } from '../../../../platform/log.js';
import { READING_FILTERS, STATUS_FILTERS } from '../formats/list.js';
import type { Receiver } from '../receiver.js';
import type { MessageSource } from './message-source.js';

export interface OutsideBrokerOptions {
  readonly url: string;
  /** Stable across restarts and unique to each ingest process: the broker queues messages under it. */
  readonly clientId: string;
  /** Default 128. */
  readonly connections?: number;
  readonly receiver: Receiver;
  readonly log: Log;
}

const GROUP = 'kedai-ingest';
const SESSION_SECONDS = 24 * 3_600;

export function subscribeToBroker(options: OutsideBrokerOptions): MessageSource {
  const { url, clientId, connections = 128, receiver, log } = options;
  const subscribed = new Set<mqtt.MqttClient>();
  const clients = Array.from({ length: connections }, (_, index) => connect(index));

  function connect(index: number): mqtt.MqttClient {
    const client = mqtt.connect(url, {
      clientId: `${clientId}-${index}`,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: SESSION_SECONDS },
      reconnectPeriod: 1_000,
    });
    client.handleMessage = ({ topic, payload, retain }, acknowledge) => {
      receiver
        .receive({ topic, payload: Buffer.from(payload), isRetained: retain })
        .then(() => acknowledge(), acknowledge);
    };
    const shared = READING_FILTERS.map((filter) => `$share/${GROUP}/${filter}`);
    const filters = index === 0 ? [...shared, ...STATUS_FILTERS] : shared;
    client.on('connect', () => {
      client.subscribe(filters, { qos: 1 }, (error) => {
        if (error) log.warn({ error: error.message }, 'ingest: the MQTT broker refused the subscription');
        else subscribed.add(client);
      });
    });
    client.on('close', () => subscribed.delete(client));
    client.on('error', (error) => log.warn({ error: error.message }, 'ingest: MQTT connection failed'));
    return client;
  }

  return {
    mqttUrl: withoutCredentials(url),
    async ready() {
      if (subscribed.size < clients.length) {
        throw new Error(`${subscribed.size} of ${clients.length} MQTT connections are subscribed`);
      }
    },
    async stop() {
      await Promise.all(clients.map((client) => client.endAsync()));
    },
  };
}

function withoutCredentials(mqttUrl: string): string {
  const url = new URL(mqttUrl);
  url.username = '';
  url.password = '';
  return url.href;
}
