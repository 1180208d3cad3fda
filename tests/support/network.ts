/**
 * A network between a client and a server that can be cut and mended: a TCP proxy. Cutting it ends every connection without a closing
 * handshake and refuses new ones; freezing it leaves connections open and passes nothing on, as a dead radio link does.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Network {
  /** Of the proxy, on the local host. */
  readonly port: number;
  cut(): void;
  freeze(): void;
  mend(): void;
  stop(): Promise<void>;
}

export async function networkTo(target: { readonly port: number }): Promise<Network> {
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (state === 'cut') return void client.resetAndDestroy();
    const upstream = connect(target.port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('data', (data) => {
        if (state === 'open') to.write(data);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      end();
    },
    freeze() {
      state = 'frozen';
    },
    mend() {
      // What was swallowed while it was frozen is lost to its connection.
      if (state === 'frozen') end();
      state = 'open';
    },
    async stop() {
      server.close();
      end();
      await once(server, 'close');
    },
  };
}
