/**
 * Readings of an outside broker. Each is acknowledged to the broker once it is stored. A few connections share one subscription
 * with those of all other ingest processes; on each so many messages are in progress that together they fill a batch, and no more:
 * while the database is away, the rest waits in the broker. Sessions outlive this process for a day, in which the broker queues
 * what is published.
 */
import mqtt from 'mqtt';
import { outageLog } from '../../../../platform/kit/outage-log.js';
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import { READING_FILTERS, STATUS_FILTERS } from '../formats/list.js';
import type { Receiver } from '../receiver.js';
import { Acknowledgements } from './acknowledgements.js';
import type { MessageSource } from './message-source.js';
import type { BrokerAddress } from './tls.js';

export interface OutsideBrokerOptions extends BrokerAddress {
  /** Stable across restarts and unique to each ingest process: the broker queues messages under it. */
  readonly clientId: string;
  readonly receiver: Receiver;
  readonly log: Log;
}

const dropped = counter(
  'kedai_ingest_dropped_total',
  'Messages of QoS 0 that were dropped because too many before them were not stored yet',
);

export const SHARED_READINGS = READING_FILTERS.map((filter) => `$share/kedai-ingest/${filter}`);
export const CONNECTIONS = 4;
/** Messages in progress on a connection; all connections' together are several batches. */
const RECEIVE_MAXIMUM = 1_000;
/** Of messages that need no acknowledgement (QoS 0), which no broker holds back: what is beyond so many in progress on a connection is dropped. */
const UNACKNOWLEDGED_MAXIMUM = 1_000;
/** What a broker that was restarted acknowledges meanwhile may be lost. */
const RECONNECT_MILLISECONDS = 200;
const SESSION_SECONDS = 24 * 3_600;
/** A broker that is frozen is noticed after one and a half of it. */
const KEEP_ALIVE_SECONDS = 10;
/** MQTT 5, section 3.14.2.1. */
const SESSION_TAKEN_OVER = 0x8e;

/** MQTT.js goes on to the next packet when it is given an error, and sends no acknowledgement. */
const ACKNOWLEDGED_LATER = new Error('Acknowledged once it is stored');

export function subscribeToReadings(options: OutsideBrokerOptions): MessageSource {
  const { url, clientId, receiver, log } = options;
  const subscribed = new Set<mqtt.MqttClient>();
  const inProgress = new Set<Promise<void>>();
  let isStopping = false;
  let subscribing: Promise<void> = Promise.resolve();
  const clients = Array.from({ length: CONNECTIONS }, (_, index) => connect(index));

  function connect(index: number): mqtt.MqttClient {
    const client = connectToBroker(options, {
      clientId: `${clientId}-${index}`,
      clean: false,
      properties: { sessionExpiryInterval: SESSION_SECONDS, receiveMaximum: RECEIVE_MAXIMUM },
    });
    receiveInBatches(client, {
      receiver,
      inProgress,
      isStopping: () => isStopping,
      onError: (error) => {
        if (!isStopping) log.error({ error: String(error) }, 'ingest: a message is not stored');
      },
    });
    client.on('connect', ({ sessionPresent }) => {
      subscribing = subscribing.then(() => subscribe(client, sessionPresent));
    });
    client.on('close', () => subscribed.delete(client));
    return client;
  }

  /**
   * A session that mosquitto has read from its disk is sent nothing of a shared subscription, even when that is made again (2.0.11): it has to end
   * first. The broker does not say whether it was restarted, so it ends with each connection, of one at a time: meanwhile the others have
   * all readings. A session of a former release has statuses, too; one process receives them (status-duty.ts).
   */
  async function subscribe(client: mqtt.MqttClient, sessionPresent: boolean): Promise<void> {
    try {
      await Promise.all([
        ...(sessionPresent ? [client.unsubscribeAsync([...SHARED_READINGS, ...STATUS_FILTERS])] : []),
        client.subscribeAsync(SHARED_READINGS, { qos: 1 }),
      ]);
      subscribed.add(client);
    } catch (error) {
      // A connection that was lost meanwhile begins again by itself.
      if (!isStopping && client.connected)
        log.warn({ error: String(error) }, 'ingest: the MQTT broker refused the subscription');
    }
  }

  return {
    mqttUrl: withoutCredentials(url),
    mqttTlsUrl: null,
    async ready() {
      if (subscribed.size < clients.length) {
        throw new Error(`${subscribed.size} of ${clients.length} MQTT connections are subscribed`);
      }
    },
    async stop() {
      isStopping = true;
      await Promise.allSettled(inProgress);
      // Acknowledgements are written in the turn after the last message is stored.
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(clients.map((client) => client.endAsync()));
    },
  };
}

/** A connection to the outside broker that is opened again whenever it is lost. */
export function connectToBroker(
  { url, tls, log }: Pick<OutsideBrokerOptions, 'url' | 'tls' | 'log'>,
  options: mqtt.IClientOptions & { readonly clientId: string },
): mqtt.MqttClient {
  const client = mqtt.connect(url, {
    ...{ protocolVersion: 5, reconnectPeriod: RECONNECT_MILLISECONDS, keepalive: KEEP_ALIVE_SECONDS },
    ...tls,
    ...options,
  });
  const outage = outageLog(log, 'ingest: the MQTT connection fails, and is tried again', {
    clientId: options.clientId,
  });
  client.on('error', (error) => outage.failed(error));
  client.on('connect', () => outage.succeeded());
  client.on('disconnect', ({ reasonCode }) => {
    if (reasonCode !== SESSION_TAKEN_OVER) return;
    const { clientId } = options;
    log.error({ clientId }, 'ingest: another process has this MQTT_CLIENT_ID; each needs one of its own');
  });
  return client;
}

/** Has each message received, many at a time, and acknowledges it once it is stored. */
export function receiveInBatches(
  client: mqtt.MqttClient,
  {
    receiver,
    inProgress,
    isStopping = () => false,
    onError,
  }: {
    readonly receiver: Receiver;
    /** Messages that are not yet stored. */
    readonly inProgress: Set<Promise<void>>;
    /** What arrives then is left to the session. */
    isStopping?(): boolean;
    onError(error: unknown): void;
  },
): void {
  let acknowledgements: Acknowledgements | undefined;
  let unacknowledged = 0;
  client.handleMessage = ({ topic, payload, retain, qos, messageId }, next) => {
    next(ACKNOWLEDGED_LATER);
    if (isStopping()) return;
    const isAtMostOnce = qos === 0 || messageId === undefined;
    if (isAtMostOnce && unacknowledged >= UNACKNOWLEDGED_MAXIMUM) {
      dropped.inc();
      return;
    }
    const stored = receiver.receive({ topic, payload: Buffer.from(payload), isRetained: retain });
    if (acknowledgements?.isOf(client.stream) !== true)
      acknowledgements = new Acknowledgements(client.stream);
    if (isAtMostOnce) unacknowledged += 1;
    const received = isAtMostOnce ? stored : acknowledgements.after(messageId, stored);
    const ended = received.catch(onError).finally(() => {
      inProgress.delete(ended);
      if (isAtMostOnce) unacknowledged -= 1;
    });
    inProgress.add(ended);
  };
}

function withoutCredentials(mqttUrl: string): string {
  const url = new URL(mqttUrl);
  url.username = '';
  url.password = '';
  return url.href;
}
