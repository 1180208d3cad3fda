/** A push service and a browser for tests: takes what is posted, answers as the test says, and decrypts with the browser's own keys. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPush {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PushService {
  readonly origin: string;
  readonly received: readonly ReceivedPush[];
  /** Of the browser of that path. */
  at(path: string): ReceivedPush[];
  /** Answers so at that path from then on, with further headers. Default: 201. */
  answer(path: string, status: number, headers?: Readonly<Record<string, string>>): void;
  /** Answers 200 at that path, and goes on to send garbage. */
  babble(path: string): void;
  /** Answers nothing at that path. */
  hang(path: string): void;
  stop(): Promise<void>;
}

type Answering = (response: ServerResponse) => void;

export async function startPushService(): Promise<PushService> {
  const received: ReceivedPush[] = [];
  const answers = new Map<string, Answering>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body: Buffer.concat(chunks) });
    const answer = answers.get(path) ?? ((one: ServerResponse) => void one.writeHead(201).end());
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    at: (path) => received.filter((push) => push.path === path),
    answer: (path, status, headers = {}) =>
      void answers.set(path, (response) => void response.writeHead(status, headers).end()),
    babble: (path) =>
      void answers.set(path, (response) => {
        response.writeHead(200);
        const babbling = setInterval(() => response.write(randomBytes(1_024)), 5);
        response.on('close', () => clearInterval(babbling));
      }),
    hang: (path) => void answers.set(path, () => undefined),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface TestBrowser {
  /** As `PushSubscription.toJSON()` has them. */
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** RFC 8291, from the receiver's side. */
  decrypt(body: Buffer): string;
}

export function newBrowser(): TestBrowser {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const auth = randomBytes(16);
  return {
    keys: { p256dh: pair.getPublicKey().toString('base64url'), auth: auth.toString('base64url') },
    decrypt(body) {
      const salt = body.subarray(0, 16);
      const keyEnd = 21 + body.readUInt8(20);
      const sender = body.subarray(21, keyEnd);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender]);
      const material = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), auth, info, 32));
      const derived = (purpose: string, bytes: number) =>
        Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${purpose}\0`, bytes));
      const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
      decipher.setAuthTag(body.subarray(-16));
      const text = Buffer.concat([decipher.update(body.subarray(keyEnd, -16)), decipher.final()]);
      return text.subarray(0, text.lastIndexOf(2)).toString('utf8');
    },
  };
}
