/** Ports for servers that come back: below the range of outgoing connections, so that none takes one meanwhile. */
import { createServer } from 'node:net';

const FIRST = 20_000;
const LAST = 32_000;

/** The first of `count` consecutive ports that are free now. */
export async function stablePort(count = 1): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const ports = Array.from({ length: count }, (_, index) => port + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
