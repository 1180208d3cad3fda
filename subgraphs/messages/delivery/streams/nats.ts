/**
 * Public events on NATS JetStream: `kedai.events.<franchise>.<outlet>.<type>`, with the event's id as `Nats-Msg-Id`, by which the stream drops repetitions. An
 * event counts as stored once the stream has acknowledged it. A stream that takes these subjects is used as its operator has made it; where there
 * is none, one is made.
 */
import { readFile } from 'node:fs/promises';
import { JetStreamApiError, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import {
  connect,
  credsAuthenticator,
  errors,
  headers,
  type NatsConnection,
  nanos,
} from '@nats-io/transport-node';
import type { Log } from '../../../../platform/log.js';
import {
  ANSWER_MILLISECONDS,
  BATCH_MILLISECONDS,
  type EventStream,
  type RefusedEvent,
  type StreamedEvent,
} from '../../domain/stream.js';
import { headersOf, inTurns } from './message.js';

const STREAM = 'KEDAI_EVENTS';
const SUBJECTS = 'kedai.events.>';
const RETENTION_MILLISECONDS = 30 * 24 * 60 * 60 * 1_000;
const DEDUPLICATION_MILLISECONDS = 10 * 60 * 1_000;
/** `JSStreamMessageExceedsMaximumErr`: larger than the stream takes. */
const MESSAGE_TOO_LARGE = 10054;

export interface NatsSettings {
  /** `nats://` or, with TLS alone, `tls://`; several servers of one cluster by commas. A user and password, or a token, in the first. */
  readonly urls: readonly string[];
  /** Of a user's JWT and key. */
  readonly credentialsFile: string | undefined;
}

export function natsStream(settings: NatsSettings, log: Log): EventStream {
  let connection: NatsConnection | undefined;
  let closings = 0;

  /** A connection is not mended but made again: what was under way by it counts as not stored. */
  async function connected(): Promise<NatsConnection> {
    if (connection !== undefined && !connection.isClosed()) return connection;
    const before = closings;
    const made = await connect({
      ...(await optionsOf(settings)),
      ...{ name: 'kedai', reconnect: false, timeout: ANSWER_MILLISECONDS, pingInterval: 20_000 },
    });
    if (closings !== before) {
      await made.close();
      throw new Error('closed while it connected');
    }
    connection = made;
    await ensureStream(made).catch((error: unknown) =>
      log.warn(
        { error: String(error) },
        `event stream: NATS has no stream of ${SUBJECTS} that Kedai may see or make`,
      ),
    );
    return made;
  }

  return {
    name: 'NATS',
    async publish(events) {
      const [stored, refused]: [string[], RefusedEvent[]] = [[], []];
      const end = performance.now() + BATCH_MILLISECONDS;
      let used: NatsConnection | undefined;
      try {
        used = await connected();
        const client = jetstream(used, { timeout: ANSWER_MILLISECONDS });
        for (const turn of inTurns(events)) {
          if (performance.now() > end) break;
          const answers = await Promise.allSettled(
            turn.map((event) => client.publish(subjectOf(event), event.body, optionsFor(event))),
          );
          const failures = answers.flatMap((answer, index): unknown[] => {
            const id = turn[index]?.id ?? '';
            if (answer.status === 'fulfilled') stored.push(id);
            else if (isRefusal(answer.reason)) refused.push({ id, because: String(answer.reason) });
            else return [answer.reason];
            return [];
          });
          if (failures.length > 0) throw reasonOf(failures[0]);
        }
        return { stored, refused, failure: null };
      } catch (failure) {
        await used?.close();
        return { stored, refused, failure };
      }
    },
    async close() {
      closings += 1;
      await connection?.close();
    },
  };
}

async function optionsOf({ urls, credentialsFile }: NatsSettings) {
  const servers = urls.map((url) => new URL(url));
  const withUser = servers.find(({ username }) => username !== '');
  const [user, pass] = [withUser?.username, withUser?.password].map((part) => decodeURIComponent(part ?? ''));
  const credentials = credentialsFile === undefined ? null : await readFile(credentialsFile);
  return {
    servers: servers.map(({ host }) => host),
    ...(servers.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {}),
    ...(user && pass ? { user, pass } : user ? { token: user } : {}),
    ...(credentials === null ? {} : { authenticator: credsAuthenticator(credentials) }),
  };
}

/** @throws where the account may neither look for streams nor make one, or other streams take a part of the subjects. */
async function ensureStream(connection: NatsConnection): Promise<void> {
  const { streams } = await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_MILLISECONDS });
  const found = await streams.find(SUBJECTS).catch((error: unknown) => {
    if (error instanceof JetStreamApiError) return null;
    throw error;
  });
  if (found !== null) return;
  await streams.add({
    ...{ name: STREAM, subjects: [SUBJECTS], storage: StorageType.File },
    description: 'Public events of Kedai',
    max_age: nanos(RETENTION_MILLISECONDS),
    duplicate_window: nanos(DEDUPLICATION_MILLISECONDS),
  });
}

function subjectOf({ franchiseId, outletId, type }: StreamedEvent): string {
  return `kedai.events.${franchiseId}.${outletId}.${type}`;
}

function optionsFor(event: StreamedEvent) {
  const message = headers();
  for (const [name, value] of Object.entries(headersOf(event, 'ce-'))) message.set(name, value);
  return { msgID: event.id, headers: message };
}

function reasonOf(failure: unknown): unknown {
  const cause = failure instanceof Error ? failure.cause : undefined;
  const isUntaken = cause instanceof errors.RequestError && cause.isNoResponders();
  return isUntaken ? new Error(`no stream takes ${SUBJECTS}, or JetStream is off`) : failure;
}

/** Larger than the server, or than the stream takes. */
function isRefusal(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === MESSAGE_TOO_LARGE;
  return error instanceof errors.InvalidArgumentError;
}
