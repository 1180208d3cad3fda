/** The process of the bench's mail server and push service: they take everything and count what is distinct. Their parent asks by message. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface SinkAddresses {
  readonly smtpUrl: string;
  readonly pushOrigin: string;
}

/** Of distinct ones, and of all. */
export interface SinkCounts {
  readonly mails: number;
  readonly mailsInAll: number;
  readonly pushes: number;
  readonly pushesInAll: number;
}

const mailIds = new Set<string>();
const pushPaths = new Set<string>();
let [mailsInAll, pushesInAll] = [0, 0];

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, _session, callback) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mailsInAll += 1;
      mailIds.add(/^Message-ID: (.+)$/im.exec(Buffer.concat(chunks).toString('latin1'))?.[1] ?? '');
      callback();
    });
  },
});
smtp.on('error', () => undefined);
smtp.listen(0, '127.0.0.1');

const pushes = createServer((request, response) => {
  request.resume().on('end', () => {
    pushesInAll += 1;
    pushPaths.add(`${request.url} ${request.headers.topic}`);
    response.writeHead(201).end();
  });
});
pushes.listen(0, '127.0.0.1');

await Promise.all([once(smtp.server, 'listening'), once(pushes, 'listening')]);
const addresses: SinkAddresses = {
  smtpUrl: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
  pushOrigin: `http://127.0.0.1:${(pushes.address() as AddressInfo).port}`,
};
process.on('message', () => {
  const counts: SinkCounts = { mails: mailIds.size, mailsInAll, pushes: pushPaths.size, pushesInAll };
  process.send?.(counts);
});
process.on('disconnect', () => process.exit(0));
process.send?.(addresses);
