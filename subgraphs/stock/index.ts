/** The stock unit: what is on hand at every outlet, what is reserved of it, and why. */
import { SettingsCopy } from '../../platform/copies/settings-copy.js';
import { findConsumers } from '../../platform/events/find-consumers.js';
import { pruneIdempotencyKeys } from '../../platform/kit/idempotency.js';
import { startPruning } from '../../platform/kit/pruning.js';
import { defaultSettings } from '../../platform/outlet-settings/defaults.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startExpiryAlerts } from './background/expiry-alerts.js';
import { startLapsingDraws } from './background/lapse-draws.js';
import { startRollingUpLevels } from './background/roll-up-levels.js';
import { startSoldOutReports } from './background/sold-out-reports.js';
import { createContext, type Services } from './context.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { openDevices } from './ingest/devices/open-devices.js';
import { AvailabilityFeed } from './operations/availability-feed.js';
import { LevelFeed } from './operations/level-feed.js';
import { HealthFeed } from './operations/shelf-health-feed.js';
import { resolvers } from './resolvers/resolvers.js';
import { stockSettings } from './settings.js';
import { openStockDatabase } from './store/database.js';

export async function startStock(platform: Platform): Promise<RunningSubgraph> {
  const { bus, config, log } = platform;
  const database = openStockDatabase(config.databaseUrl('stock'), bus);
  const {
    SHELF_SILENT_SECONDS: silentSeconds,
    READING_RETENTION_DAYS: reading,
    HISTORY_FIVE_MINUTES_DAYS: fiveMinutesDays,
    HISTORY_HOUR_DAYS: hourDays,
    HISTORY_DAY_DAYS: dayDays,
  } = config.settings(stockSettings);
  const historyRetention = { fiveMinutesDays, hourDays };
  const { pool } = database;
  const copy = await SettingsCopy.open('stock', { pool, bus, log, defaults: defaultSettings(config) });
  const { settings } = copy;
  const levels = new LevelFeed({ database, bus, log });
  const services: Services = {
    database,
    settings,
    levels,
    availability: new AvailabilityFeed({ database, levels, bus, log }),
    health: new HealthFeed({ database, silentSeconds, log }),
    devices: openDevices(platform, database),
    historyRetention,
  };
  return startSubgraph(platform, {
    name: 'stock',
    schema: buildSchema('stock', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), {
      database,
      settings,
      bus,
      log,
    }),
    dropPartitionsAfterDays: {
      reading,
      level_five_minutes: fiveMinutesDays,
      level_hour: hourDays,
      ...(dayDays !== undefined && { level_day: dayDays }),
    },
    background: [
      copy,
      startLapsingDraws(database, bus, log),
      startRollingUpLevels(database, historyRetention, log),
      startExpiryAlerts(services, log),
      startSoldOutReports(database, log),
      startPruning('stock', [() => pruneIdempotencyKeys(database.pool)], log),
      services.health,
      services.devices,
    ],
    context: (call) => createContext(services, call),
  });
}
