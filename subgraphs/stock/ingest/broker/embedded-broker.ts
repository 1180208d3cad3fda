/**
 * The embedded MQTT broker (3.1.1, by aedes), for where there is no other. A device signs in with its shelf's id and token and
 * publishes below its own topic; whoever tries elsewhere, or sends too large a packet, is cut off, which is counted. A
 * publication is acknowledged once `receive` has it safe. When the port is busy a free one is taken.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { type Listening, listen } from '../../../../platform/listen.js';
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import { parseShelfTopic, topicPrefixOf } from '../../domain/shelf-topic.js';
import { limitPackets } from './packet-limit.js';

/** Who has signed in. */
export interface Principal {
  /** The shelf's id. */
  readonly id: string;
  readonly outletId: string;
}

export interface EmbeddedBrokerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The device of that name and token, or nothing. */
  authenticate(name: string, token: string): Promise<Principal | undefined>;
  /** Gets whatever a device publishes below its own topic. Resolves when that is durable. */
  receive(message: { readonly topic: string; readonly payload: Uint8Array }): Promise<void>;
  readonly log: Log;
}

export interface EmbeddedBroker {
  readonly url: string;
  readonly port: number;
  /** Cuts off whoever is signed in as this shelf. */
  endSessions(shelfId: string): void;
  stop(): Promise<void>;
}

/** Connections with larger packets are closed; what is merely too large for a reading gets through and is kept as a dead letter. */
const MAXIMUM_PACKET_BYTES = 256 * 1_024;

const cutOffs = counter(
  'kedai_mqtt_cut_off_total',
  'Devices that the embedded broker cut off for what they published',
  ['reason'],
);

/** MQTT 3.1.1, table 3.1. */
const SERVER_UNAVAILABLE = 3;
const BAD_USER_NAME_OR_PASSWORD = 4;

export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { authenticate, receive, log } = options;
  const principals = new WeakMap<Client, Principal>();
  const sessions = new Map<string, Set<Client>>();

  const aedes = await Aedes.createBroker({
    authenticate(client, name, token, done) {
      authenticate(name ?? '', token?.toString('utf8') ?? '').then(
        (principal) => {
          if (principal === undefined) return done(refusal(BAD_USER_NAME_OR_PASSWORD), false);
          principals.set(client, principal);
          const own = sessions.get(principal.id) ?? new Set();
          sessions.set(principal.id, own.add(client));
          done(null, true);
        },
        (error) => {
          log.warn({ error: String(error) }, 'mqtt: a device could not be looked up');
          done(refusal(SERVER_UNAVAILABLE), false);
        },
      );
    },
    authorizePublish(client, packet, done) {
      const principal = client && principals.get(client);
      if (!principal || !packet.topic.startsWith(topicPrefixOf(principal))) {
        cutOffs.inc({ reason: 'FOREIGN_TOPIC' });
        return done(new Error(`${principal?.id} may not publish to ${packet.topic}`));
      }
      if (parseShelfTopic(packet.topic)?.channel !== 'status') packet.retain = false;
      receive({ topic: packet.topic, payload: Buffer.from(packet.payload) }).then(() => done(), done);
    },
    authorizeSubscribe(client, subscription, done) {
      const principal = principals.get(client);
      const isOwn = principal !== undefined && subscription.topic.startsWith(topicPrefixOf(principal));
      done(null, isOwn ? subscription : null);
    },
  });
  aedes.on('clientDisconnect', (client) => forget(client));
  aedes.on('clientError', (client, error) => {
    forget(client);
    log.debug({ client: client.id, error: error.message }, 'mqtt: a device was cut off');
  });
  aedes.on('connectionError', (_client, error) => log.debug({ error: error.message }, 'mqtt: no session'));

  function forget(client: Client): void {
    const principal = principals.get(client);
    const own = principal && sessions.get(principal.id);
    own?.delete(client);
    if (principal && own?.size === 0) sessions.delete(principal.id);
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
      for (const client of sessions.get(shelfId) ?? []) client.close();
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

/** On another port where the one asked for is busy. */
async function open(server: Server, host: string, port: number): Promise<Listening> {
  try {
    return await listen(server, port, host);
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isBusy || port === 0) throw error;
    return listen(server, 0, host);
  }
}
