/** A real SMTP server for tests: records accepted mails, and refuses as the test configures it. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message with its headers, as it came. */
  readonly source: string;
}

export interface MailServer {
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** Answers each recipient with this reply code from then on; undefined accepts. */
  refuse(code: number | undefined): void;
  /** Breaks its connections off instead of answering, once the whole of the next message has arrived; it is received all the same. */
  dieAfterNextMessage(): void;
  /** Answers each message so much later from then on. */
  slowDown(milliseconds: number): void;
  stop(): Promise<void>;
}

export async function startMailServer(port = 0): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  let refusal: number | undefined;
  const sockets = new Set<Socket>();
  let dies = false;
  let pause = 0;
  const server = new SMTPServer({
    authOptional: true,
    // Connections that wait for a next mail do not hold up its end.
    closeTimeout: 100,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo(_address, _session, callback) {
      if (refusal === undefined) return callback();
      callback(Object.assign(new Error('Not this recipient'), { responseCode: refusal }));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          source: Buffer.concat(chunks).toString('utf8'),
        });
        if (dies) {
          dies = false;
          for (const socket of sockets) socket.destroy();
        } else setTimeout(callback, pause);
      });
    },
  });
  // A client that goes away in the middle is no matter for the test.
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const { port: open } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${open}`,
    received,
    refuse(code) {
      refusal = code;
    },
    dieAfterNextMessage() {
      dies = true;
    },
    slowDown(milliseconds) {
      pause = milliseconds;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
