/** The servers that a fleet's units use, each on the same port however often it is stopped and started again. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startFleetMosquitto } from './fleet-mosquitto.js';
import { MOSQUITTO_PROGRAM } from './mosquitto.js';
import { type LocalPostgres, startLocalPostgres } from './postgres.js';
import { findProgram } from './program.js';
import { REDIS_PROGRAMS, startRedisServer } from './redis.js';

export interface FleetServers {
  readonly postgres: LocalPostgres;
  /** Undefined where the machine has none. */
  readonly redis: FleetRedis | undefined;
  readonly mosquitto: { readonly port: number } | undefined;
  stop(): Promise<void>;
}

export interface FleetRedis {
  readonly url: string;
  readonly port: number;
  kill(): Promise<void>;
  /** Starts it after `kill`, with its data or without. */
  start(options?: { emptied?: boolean }): Promise<void>;
}

export async function startFleetServers(options: {
  folder: string;
  durable: boolean;
  /** As docker-compose.yml configures it. */
  redisCommand: readonly string[];
  mqttPassword: string;
}): Promise<FleetServers> {
  const { folder, durable, redisCommand, mqttPassword } = options;
  const postgres = await startLocalPostgres({ folder: join(folder, 'postgres'), durable });
  const redis = findProgram(...REDIS_PROGRAMS) && (await startRedis(join(folder, 'redis'), redisCommand));
  const mosquitto =
    findProgram(MOSQUITTO_PROGRAM) &&
    (await startFleetMosquitto({ username: 'kedai', password: mqttPassword }));
  return {
    postgres,
    redis: redis || undefined,
    mosquitto: mosquitto || undefined,
    async stop() {
      await Promise.all([
        mosquitto ? mosquitto.stop() : undefined,
        redis ? redis.kill() : undefined,
        postgres.stop(),
      ]);
    },
  };
}

async function startRedis(folder: string, [, ...words]: readonly string[]): Promise<FleetRedis> {
  await mkdir(folder);
  const settings = [...words, '--dir', folder];
  let server = await startRedisServer({ settings });
  const { url, port } = server;
  return {
    url,
    port,
    kill: () => server.kill(),
    async start({ emptied = false } = {}) {
      if (emptied) {
        await rm(folder, { recursive: true });
        await mkdir(folder);
      }
      server = await startRedisServer({ port, settings });
    },
  };
}
