/** A real NATS server with JetStream for tests: on a free loopback port, with a folder of its own, and what its stream has stored. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { findProgram, type RunningProgram, startProgram } from '../../deploy/local-fleet/program.js';
import { stablePort } from '../../deploy/local-fleet/stable-port.js';
import { describeNeeding } from './program.js';

const PROGRAM = 'nats-server';

export const describeWithNats = describeNeeding(PROGRAM);

export interface StoredMessage {
  readonly subject: string;
  readonly body: string;
  header(name: string): string;
}

export interface NatsServer {
  readonly url: string;
  start(): Promise<void>;
  /** As a crash would; what it has stored is there when it is started again. */
  kill(): Promise<void>;
  /** All that a stream has stored, in its order. */
  stored(stream: string): Promise<StoredMessage[]>;
  /** A stream that takes all of Kedai’s subjects, as an operator would make it. */
  addStream(name: string, options?: { readonly max_msg_size?: number }): Promise<void>;
  deleteStream(name: string): Promise<void>;
  /** Stops it, and deletes what it has stored. */
  stop(): Promise<void>;
}

/**
 * Not started yet.
 * @param options.port by default a free one.
 * @param options.args of its command line, beside those that it needs.
 */
export async function natsServer(
  options: { readonly port?: number; readonly args?: readonly string[] } = {},
): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-nats-'));
  const port = options.port ?? (await stablePort());
  let running: RunningProgram | undefined;

  async function withManager<Result>(
    use: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<Result>,
  ): Promise<Result> {
    const connection = await connect({ servers: [`127.0.0.1:${port}`], reconnect: false });
    try {
      return await use(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }

  return {
    url: `nats://127.0.0.1:${port}`,
    async start() {
      const program = findProgram(PROGRAM);
      if (program === undefined) throw new Error(`There is no ${PROGRAM} on this machine.`);
      const args = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder, ...(options.args ?? [])];
      running = await startProgram(program, args, /Server is ready/);
    },
    kill: async () => running?.kill(),
    stored: (stream) =>
      withManager(async ({ streams }) => {
        const { state } = await streams.info(stream);
        const messages: StoredMessage[] = [];
        for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
          const message = await streams.getMessage(stream, { seq });
          if (message === null) continue;
          const { subject, header } = message;
          messages.push({ subject, body: message.string(), header: (name) => header.get(name) });
        }
        return messages;
      }),
    addStream: (name, options = {}) =>
      withManager(
        async ({ streams }) => void (await streams.add({ name, subjects: ['kedai.>'], ...options })),
      ),
    deleteStream: (name) => withManager(async ({ streams }) => void (await streams.delete(name))),
    async stop() {
      await running?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
