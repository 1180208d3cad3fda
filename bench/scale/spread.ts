/** One address for several processes of a unit: connections go to each in turn. Stands for the load balancer of an installation. */
import { connect, createServer } from 'node:net';
import { listen } from '../../platform/listen.js';

export interface Spread {
  readonly port: number;
  /** Ports of this machine; connections that are open stay where they are. */
  to(ports: readonly number[]): void;
  /** Cuts off what is open. */
  close(): Promise<void>;
}

export async function spreadConnections(): Promise<Spread> {
  let ports: readonly number[] = [];
  let next = 0;
  const open = new Set<{ destroy(): void }>();
  const server = createServer((client) => {
    const port = ports[next++ % ports.length];
    if (port === undefined) return client.destroy();
    const unit = connect({ port, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    for (const [one, other] of [
      [client, unit],
      [unit, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.once('error', () => other.destroy());
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const listening = await listen(server, 0, '127.0.0.1');
  return {
    port: listening.port,
    to(chosen) {
      ports = chosen;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await listening.close();
    },
  };
}
