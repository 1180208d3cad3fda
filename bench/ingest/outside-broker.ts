/** Mosquitto as the fleet has it, and Redis for the queues: what a bench starts for ingest as a client of an outside broker. */
import { startFleetMosquitto } from '../../deploy/local-fleet/fleet-mosquitto.js';
import { findProgram } from '../../deploy/local-fleet/program.js';
import { startRedis } from '../../tests/support/redis.js';

export interface OutsideBroker {
  readonly settings: { readonly MQTT_URL: string; readonly REDIS_URL: string };
  /** Kills it, as a crash would, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Undefined where this machine has no mosquitto or no Redis. */
export async function startOutsideBroker(): Promise<OutsideBroker | undefined> {
  if (!findProgram('mosquitto') || !findProgram('redis-server')) return undefined;
  const credentials = { username: 'kedai', password: 'bench' };
  const [mosquitto, redis] = [await startFleetMosquitto(credentials), await startRedis()];
  const MQTT_URL = Object.assign(new URL(mosquitto.url), credentials).href;
  return {
    settings: { MQTT_URL, REDIS_URL: redis.url },
    async crash() {
      await mosquitto.kill();
      await mosquitto.restart();
    },
    async stop() {
      await Promise.all([mosquitto.stop(), redis.stop()]);
    },
  };
}
