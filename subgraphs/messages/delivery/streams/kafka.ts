/**
 * Public events on Kafka: topic `kedai.events`, keyed by what an event is about, so that the events of one thing are in one partition in their order. An
 * event counts as stored once all replicas that are in sync have acknowledged it. The producer is not Kafka's idempotent one: across restarts that
 * would deduplicate nothing, and the id in each message's headers does.
 */
import kafkajs, { type Kafka, type KafkaConfig, type Message, type Producer } from 'kafkajs';
import {
  ANSWER_MILLISECONDS,
  BATCH_MILLISECONDS,
  type EventStream,
  type RefusedEvent,
  type StreamedEvent,
} from '../../domain/stream.js';
import { headersOf } from './message.js';

// Of a CommonJS module whose names Node does not find.
const { KafkaJSProtocolError, logLevel, Partitioners } = kafkajs;

const TOPIC = 'kedai.events';
/** Of a topic that Kedai makes. */
const PARTITIONS = 12;
/** Of one request: brokers take about 1 MiB by default, for each partition. */
const REQUEST_BYTES = 512 * 1024;
/** The record, or a batch that holds nothing else, is larger than the broker takes, or is not one that it takes at all. */
const REFUSALS: readonly string[] = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'];

export type KafkaSettings = Required<Pick<KafkaConfig, 'brokers'>> &
  Pick<KafkaConfig, 'ssl' | 'sasl' | 'socketFactory'>;

export function kafkaStream(settings: KafkaSettings): EventStream {
  const kafka = new kafkajs.Kafka({
    ...settings,
    clientId: 'kedai',
    // What fails is reported by who publishes.
    logLevel: logLevel.NOTHING,
    ...{ connectionTimeout: ANSWER_MILLISECONDS, requestTimeout: ANSWER_MILLISECONDS },
    retry: { retries: 1, initialRetryTime: 100 },
  });
  let connected: Producer | undefined;

  async function producer(): Promise<Producer> {
    if (connected !== undefined) return connected;
    const made = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      maxInFlightRequests: 1,
    });
    connected = made;
    await made.connect();
    if (connected !== made) {
      await made.disconnect();
      throw new Error('closed while it connected');
    }
    await ensureTopic(kafka);
    return made;
  }

  async function disconnect(former = connected): Promise<void> {
    if (connected === former) connected = undefined;
    await former?.disconnect().catch(() => undefined);
  }

  return {
    name: 'Kafka',
    async publish(events) {
      const [stored, refused]: [string[], RefusedEvent[]] = [[], []];
      const end = performance.now() + BATCH_MILLISECONDS;
      let used: Producer | undefined;
      try {
        used = await producer();
        const { send } = used;
        const requests = inRequests(events);
        for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
          if (performance.now() > end) break;
          try {
            await send({
              topic: TOPIC,
              acks: -1,
              timeout: ANSWER_MILLISECONDS,
              messages: request.map(messageOf),
            });
            stored.push(...request.map(({ id }) => id));
          } catch (error) {
            const because = refusalOf(error);
            if (because === null) throw error;
            // Which of them it was, the broker does not say.
            if (request.length > 1) requests.unshift(...request.map((event) => [event]));
            else refused.push(...request.map(({ id }) => ({ id, because })));
          }
        }
        return { stored, refused, failure: null };
      } catch (failure) {
        await disconnect(used);
        return { stored, refused, failure };
      }
    },
    close: () => disconnect(),
  };
}

/** Where Kedai may not, the broker makes it, or its operator. */
async function ensureTopic(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(TOPIC)) return;
    await admin.createTopics({
      topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: -1 }],
    });
  } catch {
    // What is published says whether there is one.
  } finally {
    await admin.disconnect();
  }
}

/** One after the other, each of a bounded size; one that is larger goes alone. */
function inRequests(events: readonly StreamedEvent[]): StreamedEvent[][] {
  const requests: StreamedEvent[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const event of events) {
    const size = Buffer.byteLength(event.body);
    bytes += size;
    if (bytes > REQUEST_BYTES) {
      requests.push([event]);
      bytes = size;
    } else requests.at(-1)?.push(event);
  }
  return requests;
}

function messageOf(event: StreamedEvent): Message {
  return { key: event.aggregateId, value: event.body, headers: headersOf(event, 'ce_') };
}

/** In words, where the broker refuses what was sent; null where it failed in any other way. */
function refusalOf(error: unknown): string | null {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof KafkaJSProtocolError && REFUSALS.includes(one.type)) return one.message;
  return null;
}
