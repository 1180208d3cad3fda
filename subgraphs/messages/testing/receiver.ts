/** A real HTTP server that receives webhooks, and answers as the test says. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedEvent {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly path: string;
}

type Answering = (response: ServerResponse, event: ReceivedEvent) => void;

export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly received: readonly ReceivedEvent[];
  /** Connections that were made to it. */
  connections(): number;
  /** Answers so from then on. Default: 204. */
  answer(answering: Answering): void;
  stop(): Promise<void>;
}

const ACCEPT: Answering = (response) => void response.writeHead(204).end();

/** Answers each event with a status and nothing else. */
export const withStatus =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end();

export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedEvent[] = [];
  let answering = ACCEPT;
  let connections = 0;
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString('utf8');
    const event = { headers: request.headers, body, path: request.url ?? '' };
    received.push(event);
    answering(response, event);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/hook?from=kedai`,
    received,
    connections: () => connections,
    answer(given) {
      answering = given;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Whether the receiver can verify an event by a secret, as the specification of Standard Webhooks says. */
export function isSignedBy(secret: string, { headers, body }: ReceivedEvent): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
