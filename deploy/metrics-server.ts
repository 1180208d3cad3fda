/** Serves the metrics of this process at `METRICS_PORT`, where it is set; then no other port of the process shows them. */
import type { Config } from '../platform/config.js';
import { startHttpServer } from '../platform/http/server.js';
import { createLog } from '../platform/log.js';
import type { Lifetime } from './lifetime.js';

/** @throws ConfigurationError when the port is taken. */
export async function startMetricsServer({ environment, host }: Config, lifetime: Lifetime): Promise<void> {
  const { METRICS_PORT: port, LOG_LEVEL } = environment;
  if (port === undefined) return;
  lifetime.keep(
    await startHttpServer({
      ...{ host, port, routes: [], log: createLog(LOG_LEVEL), setting: 'METRICS_PORT' },
      ready: async () => undefined,
    }),
  );
}
