/** `npm run bench -- ingest`: shelf readings from publish to level, on the embedded broker and on the fleet's parts. */
import { startFleetMosquitto } from '../../deploy/local-fleet/fleet-mosquitto.js';
import { findProgram } from '../../deploy/local-fleet/program.js';
import { startRedis } from '../../tests/support/redis.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { type IngestHarness, openIngestHarness } from './ingest-harness.js';
import { statementsAlone } from './statements.js';

const AS_MANY_AS_GO = { devices: 200, readings: 60_000, inFlight: 10 };
const STEADY = { devices: 200, readings: 10_000, inFlight: 10, perSecond: 1_000 };

export const bench: Bench = async (report) => {
  report('embedded broker, queues on PostgreSQL');
  const harness = await openIngestHarness();
  const figures = await measure(harness, 'embedded', report);
  report('the statements alone');
  const alone = await statementsAlone(harness.pool, AS_MANY_AS_GO.readings);
  await harness.stop();

  if (findProgram('mosquitto') && findProgram('redis-server')) {
    report('mosquitto, queues on Redis');
    Object.assign(figures, await onFleetParts(report));
  }
  return {
    figures,
    peers: { 'the statements alone': { 'embedded, applied': { value: alone, unit: 'readings/s' } } },
  };
};

async function onFleetParts(report: (progress: string) => void): Promise<Record<string, Figure>> {
  const credentials = { username: 'kedai', password: 'bench' };
  const [mosquitto, redis] = [await startFleetMosquitto(credentials), await startRedis()];
  const MQTT_URL = Object.assign(new URL(mosquitto.url), credentials).href;
  const harness = await openIngestHarness({ MQTT_URL, REDIS_URL: redis.url });
  const figures = await measure(harness, 'mosquitto', report);
  await harness.stop();
  await mosquitto.stop();
  await redis.stop();
  return figures;
}

async function measure(
  harness: IngestHarness,
  name: string,
  report: (progress: string) => void,
): Promise<Record<string, Figure>> {
  report(`${name}: warming up`);
  await harness.run({ devices: 50, readings: 5_000, inFlight: 4 });
  report(`${name}: as many as go`);
  const most = await harness.run(AS_MANY_AS_GO);
  report(`${name}: ${STEADY.perSecond} a second`);
  const steady = await harness.run(STEADY);
  return {
    [`${name}, acknowledged`]: { value: most.acknowledgedRate, unit: 'readings/s' },
    [`${name}, applied`]: { value: most.appliedRate, unit: 'readings/s' },
    [`${name}, published to applied p99 at that rate`]: {
      value: quantile(most.milliseconds, 0.99),
      unit: 'ms',
    },
    [`${name}, published to applied p50 at ${STEADY.perSecond}/s`]: {
      value: quantile(steady.milliseconds, 0.5),
      unit: 'ms',
    },
    [`${name}, published to applied p99 at ${STEADY.perSecond}/s`]: {
      value: quantile(steady.milliseconds, 0.99),
      unit: 'ms',
    },
  };
}
