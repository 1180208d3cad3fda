/** Messages of an outside broker: readings, shared among all ingest processes, and statuses, received by one of them. */
import type { Platform } from '../../../../platform/platform.js';
import { stockSettings } from '../../settings.js';
import type { OwnStockDatabase } from '../../store/database.js';
import type { Receiver } from '../receiver.js';
import { subscribeToReadings } from './external-broker.js';
import { emptyFormerSessions } from './former-sessions.js';
import type { MessageSource } from './message-source.js';
import { takeTurnsAtStatuses } from './status-duty.js';
import type { BrokerAddress } from './tls.js';

export function startOutsideSource(
  { config, log }: Pick<Platform, 'config' | 'log'>,
  parts: {
    readonly broker: BrokerAddress;
    readonly database: OwnStockDatabase;
    readonly receiver: Receiver;
  },
): MessageSource {
  const settings = config.settings(stockSettings);
  const { broker, database, receiver } = parts;
  const options = { ...broker, clientId: settings.MQTT_CLIENT_ID, receiver, log };
  const readings = subscribeToReadings(options);
  const statuses = takeTurnsAtStatuses(options, database);
  const former = emptyFormerSessions(options, settings.MQTT_FORMER_CLIENT_IDS);
  return {
    mqttUrl: readings.mqttUrl,
    mqttTlsUrl: readings.mqttTlsUrl,
    ready: () => readings.ready(),
    async stop() {
      await Promise.all([readings.stop(), statuses.stop(), former.stop()]);
    },
  };
}
