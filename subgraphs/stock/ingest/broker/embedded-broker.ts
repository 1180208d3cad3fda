/**
 * The embedded MQTT broker (3.1.1, by aedes). A device signs in with its shelf's id and token and publishes below its own
 * topic; publishing elsewhere, or too large a packet, closes the connection and is counted. A publication is acknowledged once
 * `receive` has made it durable. Of a shelf's connections the latest alone says whether it is online: a last will of an older
 * one is discarded. A device that publishes faster than allowed is read from more slowly, and no other is. When a port is busy a free
 * one is used. With TLS, devices may show certificates, or must.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { type PollLoop, startPollLoop } from '../../../../platform/kit/poll-loop.js';
import { type Listening, listen } from '../../../../platform/listen.js';
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import { topicPrefixOf } from '../../domain/shelf-topic.js';
import { isStatusTopic } from '../formats/list.js';
import { Allowance } from './allowance.js';
import { limitPackets } from './packet-limit.js';
import { type BrokerTls, isSameTls, type Listeners } from './tls.js';

/** The shelf whose device has signed in. */
export interface Principal {
  /** The shelf's id. */
  readonly id: string;
  readonly outletId: string;
  /** Of the token that it signed in with. */
  readonly tokenHash: Uint8Array;
}

/** A connection that has signed in, with its place in the order of all sign-ins. */
interface Session {
  readonly client: Client;
  readonly principal: Principal;
  readonly ordinal: number;
}

interface Lookup {
  readonly shelfId: string;
  isOutdated: boolean;
}

/** What a device signs in with. */
export interface Credentials {
  /** The user name in lower case; without one, what its certificate names. */
  readonly name: string;
  /** The password; empty for none. */
  readonly token: string;
  /** The common names of the certificate that it has shown and that is trusted, in lower case; none without one. */
  readonly certified: readonly string[];
}

/** Ports may be 0 for any free one. */
export interface EmbeddedBrokerOptions extends Listeners {
  readonly host: string;
  /** The device with these credentials; undefined where there is none. */
  authenticate(credentials: Credentials): Promise<Principal | undefined>;
  /** Messages that a shelf may publish a second; twice as many may come at once. */
  readonly messagesPerSecond: number;
  /** Called with what devices publish below their own topics. Resolves when the message is durable. */
  receive(message: { readonly topic: string; readonly payload: Uint8Array }): Promise<void>;
  readonly log: Log;
}

export interface EmbeddedBroker {
  /** Of the connections without TLS, where there are any. */
  readonly url: string;
  readonly port: number;
  /** Null without TLS. */
  readonly tlsUrl: string | null;
  /** Closes the connections of this shelf's device that may no longer be signed in. */
  endSessions(shelfId: string, mayStay: (principal: Principal) => boolean): void;
  /** Closes the connections of all devices that may no longer be signed in. */
  endSessionsExcept(mayStay: (principal: Principal) => boolean): void;
  stop(): Promise<void>;
}

/** Larger packets close their connection. Smaller ones that are too large for a reading become dead letters. */
const MAXIMUM_PACKET_BYTES = 256 * 1_024;
const HANDSHAKE_MILLISECONDS = 30_000;

const cutOffs = counter(
  'kedai_mqtt_cut_off_total',
  'Connections that the embedded broker closed for what was published on them',
  ['reason'],
);

const slowed = counter(
  'kedai_mqtt_slowed_total',
  'Messages that had to wait because their shelf sent too many',
);

/** MQTT 3.1.1, table 3.1. */
const SERVER_UNAVAILABLE = 3;
const BAD_USER_NAME_OR_PASSWORD = 4;

export async function startEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<EmbeddedBroker> {
  const { authenticate, messagesPerSecond, receive, log } = options;
  const sessions = new WeakMap<Client, Session>();
  /** Read as a connection is made: a socket that its device has closed has no certificate. */
  const certifiedNames = new WeakMap<Duplex, readonly string[]>();
  const openSessions = new Map<string, Set<Session>>();
  /** Sign-ins whose device is being looked up. */
  const lookups = new Set<Lookup>();
  const allowances = new Map<string, Allowance>();
  const stopping = new AbortController();
  // One for each message that waits.
  setMaxListeners(0, stopping.signal);
  let signIns = 0;

  const aedes = await Aedes.createBroker({
    authenticate(client, name, token, done) {
      const certified = certifiedNames.get(client.conn) ?? [];
      const [onlyName = ''] = certified.length === 1 ? certified : [];
      const credentials = {
        ...{ name: name?.toLowerCase() || onlyName, token: token?.toString('utf8') ?? '' },
        certified,
      };
      lookUp(credentials).then(
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
      receiveInTime(session.principal, {
        topic: packet.topic,
        payload: Buffer.from(packet.payload),
      }).then(() => done(), done);
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

  /** The device is looked up again where its sessions were ended meanwhile: what was found may be of before. */
  async function lookUp(credentials: Credentials): Promise<Principal | undefined> {
    for (;;) {
      const lookup: Lookup = { shelfId: credentials.name, isOutdated: false };
      lookups.add(lookup);
      try {
        const principal = await authenticate(credentials);
        if (!lookup.isOutdated) return principal;
      } finally {
        lookups.delete(lookup);
      }
    }
  }

  /** While a message waits, nothing further is read from its connection. */
  async function receiveInTime(
    { id }: Principal,
    message: { readonly topic: string; readonly payload: Uint8Array },
  ): Promise<void> {
    let allowance = allowances.get(id);
    if (allowance === undefined) {
      allowance = new Allowance(messagesPerSecond);
      allowances.set(id, allowance);
    }
    const pause = allowance.take(performance.now());
    if (pause > 0) {
      slowed.inc();
      await delay(pause, undefined, { signal: stopping.signal });
    }
    await receive(message);
  }

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
    if (open?.size !== 0) return;
    openSessions.delete(id);
    if (allowances.get(id)?.isWhole(performance.now()) === true) allowances.delete(id);
  }

  function serve(socket: Socket): void {
    socket.setNoDelay(true);
    aedes.handle(socket);
    limitPackets(socket, MAXIMUM_PACKET_BYTES, () => cutOffs.inc({ reason: 'TOO_LARGE' }));
  }

  function serveSecure(socket: TLSSocket): void {
    certifiedNames.set(socket, namesCertifiedTo(socket));
    serve(socket);
  }

  const plain = options.port === null ? null : await open(createServer(serve), options.host, options.port);
  const tls = options.tls && secureServer(options.tls, serveSecure, log);
  const secure = options.tls && tls && (await open(tls.server, options.host, options.tls.port));
  const port = plain?.port ?? secure?.port;
  if (port === undefined) throw new Error('The broker listens neither with TLS nor without');
  const tlsUrl = secure && `mqtts://localhost:${secure.port}`;

  return {
    url: plain === null && tlsUrl !== null ? tlsUrl : `mqtt://localhost:${port}`,
    port,
    tlsUrl,
    endSessions(shelfId, mayStay) {
      for (const lookup of lookups) if (lookup.shelfId === shelfId) lookup.isOutdated = true;
      for (const { client, principal } of openSessions.get(shelfId) ?? [])
        if (!mayStay(principal)) client.close();
    },
    endSessionsExcept(mayStay) {
      for (const open of openSessions.values())
        for (const { client, principal } of open) if (!mayStay(principal)) client.close();
    },
    async stop() {
      stopping.abort();
      await tls?.renewals.stop();
      const closed = [plain, secure].map((listening) => listening?.close());
      await new Promise<void>((resolve) => aedes.close(resolve));
      await Promise.all(closed);
    },
  };
}

/** Connections that are made after its files were renewed see the new ones; those that are open go on. */
function secureServer(
  { files, clientCertificates, renewedFiles, checkEverySeconds }: BrokerTls,
  serve: (socket: TLSSocket) => void,
  log: Log,
): { readonly server: Server; readonly renewals: PollLoop } {
  const server = createTlsServer(
    {
      ...files,
      requestCert: clientCertificates !== 'off',
      rejectUnauthorized: clientCertificates === 'required',
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
    },
    serve,
  );
  server.on('tlsClientError', (error) =>
    log.debug({ error: error.message }, 'mqtt: no TLS connection was opened'),
  );
  let served = files;
  const renewals = startPollLoop({
    name: 'mqtt certificates',
    intervalMilliseconds: checkEverySeconds * 1_000,
    log,
    async turn() {
      const found = renewedFiles();
      if (found !== null && !isSameTls(found, served)) {
        server.setSecureContext(found);
        served = found;
        log.info('mqtt: the certificate was renewed');
      }
      return 'done';
    },
  });
  return { server, renewals };
}

/** None without a certificate that one of the configured authorities has signed. */
function namesCertifiedTo(socket: TLSSocket): readonly string[] {
  if (!socket.authorized) return [];
  // `node:tls` declares one name; a certificate with several has a list of them, and a closed socket has no certificate.
  const certificate: { readonly subject?: { readonly CN?: unknown } } | null = socket.getPeerCertificate();
  return [certificate?.subject?.CN ?? []].flat().map((name) => String(name).toLowerCase());
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
