import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from './listen.js';

describe('listening on this machine', () => {
  const opened: Listening[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  async function open(server: Server, port = 0): Promise<number> {
    const listening = await listen(server, port, '127.0.0.1');
    opened.push(listening);
    return listening.port;
  }

  it('serves HTTP at 127.0.0.1 and at ::1 on one port', async () => {
    const port = await open(createHttpServer((_request, response) => response.end('served')));
    for (const host of ['127.0.0.1', '[::1]']) {
      const response = await fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } });
      expect(await response.text()).toBe('served');
    }
  });

  it('serves plain TCP at both, as a broker needs', async () => {
    const port = await open(createServer((socket) => socket.end('hello')));
    for (const host of ['127.0.0.1', '::1']) expect(await greeting(port, host)).toBe('hello');
  });

  it('refuses a port that is taken on IPv6 alone, since localhost might reach its owner', async () => {
    const owner = createServer();
    await new Promise<void>((resolve) => owner.listen({ port: 0, host: '::1' }, resolve));
    const address = owner.address();
    const taken = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(listen(createServer(), taken, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise((resolve) => owner.close(resolve));
  });

  it('frees both addresses when it closes', async () => {
    const first = await listen(createServer(), 0, '127.0.0.1');
    await first.close();
    expect(await open(createServer(), first.port)).toBe(first.port);
  });
});

function greeting(port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}
