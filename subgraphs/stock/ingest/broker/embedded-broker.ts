/**
 * The embedded MQTT broker (3.1.1, by aedes). A device signs in with its shelf's id and token and publishes below its own
 * topic; publishing elsewhere, or too large a packet, closes the connection and is counted. A publication is acknowledged once
 * `receive` has made it durable. Of a shelf's connections the latest alone says whether it is online: a last will of an older
 * one is discarded. When the port is busy a free one is used.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { type Listening, listen } from '../../../../platform/listen.js';
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import { topicPrefixOf } from '../../domain/shelf-topic.js';
import { isStatusTopic } from '../formats/list.js';
import { limitPackets } from './packet-limit.js';

/** The shelf whose device has signed in. */
export interface Principal {
  /** The shelf's id. */
  readonly id: string;
  readonly outletId: string;
}

/** A connection that has signed in, with its place in the order of all sign-ins. */
interface Session {
  readonly client: Client;
  readonly principal: Principal;
  readonly ordinal: number;
}

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The device of that name and token; undefined where there is none. */
  authenticate(name: string, token: string): Promise<Principal | undefined>;
  /** Called with what devices publish below their own topics. Resolves when the message is durable. */
  receive(message: { readonly topic: string; readonly payload: Uint8Array }): Promise<void>;
  readonly log: Log;
}

export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  /** Closes the connections of this shelf's device. */
  endSessions(shelfId: string): void;
  stop(): Promise<void>;
}

/** Larger packets close their connection. Smaller ones that are too large for a reading become dead letters. */
const MAXIMUM_PACKET_BYTES = 256 * 1_024;

const cutOffs = counter(
  'kedai_mqtt_cut_off_total',
  'Connections that the embedded broker closed for what was published on them',
  ['reason'],
);

/** MQTT 3.1.1, table 3.1. */
const SERVER_UNAVAILABLE = 3;
const BAD_USER_NAME_OR_PASSWORD = 4;

export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { authenticate, receive, log } = options;
  const sessions = new WeakMap<Client, Session>();
  const openSessions = new Map<string, Set<Session>>();
  let signIns = 0;

  const aedes = await Aedes.createBroker({
    authenticate(client, name, token, done) {
      authenticate(name ?? '', token?.toString('utf8') ?? '').then(
        (principal) => {
          if (principal === undefined) return done(refusal(BAD_USER_NAME_OR_PASSWORD), false);
          signIns += 1;
          const session = { client, principal, ordinal: signIns };
          sessions.set(client, session);
          openSessions.set(principal.id, (openSessions.get(principal.id) ?? new Set()).add(session));
          done(null, true);
        },
        (error) => {
          log.warn({ error: String(error) }, 'mqtt: device lookup failed');
          done(refusal(SERVER_UNAVAILABLE), false);
        },
      );
    },
    authorizePublish(client, packet, done) {
      const session = client && sessions.get(client);
      if (!session || !packet.topic.startsWith(topicPrefixOf(session.principal))) {
        cutOffs.inc({ reason: 'FOREIGN_TOPIC' });
        return done(new Error(`${session?.principal.id} may not publish to ${packet.topic}`));
      }
      const isStatus = isStatusTopic(packet.topic);
      if (isStatus && isSuperseded(session)) {
        packet.retain = false;
        // An error discards the last will of a closed connection; an open connection would be closed by it.
        return done(session.client.closed ? new Error('The shelf has a later connection') : null);
      }
      if (!isStatus) packet.retain = false;
      receive({ topic: packet.topic, payload: Buffer.from(packet.payload) }).then(() => done(), done);
    },
    authorizeSubscribe(client, subscription, done) {
      const principal = client && sessions.get(client)?.principal;
      const isOwn = principal && subscription.topic.startsWith(topicPrefixOf(principal));
      done(null, isOwn ? subscription : null);
    },
  });
  aedes.on('clientDisconnect', (client) => forget(client));
  aedes.on('clientError', (client, error) => {
    forget(client);
    log.debug({ client: client.id, error: error.message }, 'mqtt: connection closed');
  });
  aedes.on('connectionError', (_client, error) =>
    log.debug({ error: error.message }, 'mqtt: no session was opened'),
  );

  /** Whether the shelf's device has a later connection that is open. */
  function isSuperseded({ principal, ordinal }: Session): boolean {
    const open = [...(openSessions.get(principal.id) ?? [])];
    return open.some((other) => other.ordinal > ordinal);
  }

  function forget(client: Client): void {
    const session = sessions.get(client);
    if (session === undefined) return;
    const { id } = session.principal;
    const open = openSessions.get(id);
    open?.delete(session);
    if (open?.size === 0) openSessions.delete(id);
  }

  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    aedes.handle(socket);
    limitPackets(socket, MAXIMUM_PACKET_BYTES, () => cutOffs.inc({ reason: 'TOO_LARGE' }));
  });
  const listening = await open(server, options.host, options.port);
  const { port } = listening;

  return {
    url: `mqtt://localhost:${port}`,
    port,
    endSessions(shelfId) {
      for (const { client } of openSessions.get(shelfId) ?? []) client.close();
    },
    async stop() {
      const closed = listening.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await closed;
    },
  };
}

function refusal(returnCode: number): AuthenticateError {
  return Object.assign(new Error('refused'), { returnCode });
}

/** Listens on a free port where the given one is busy. */
async function open(server: Server, host: string, port: number): Promise<Listening> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isBusy || port === 0) throw error;
    return listen(server, 0, host);
  }
}
