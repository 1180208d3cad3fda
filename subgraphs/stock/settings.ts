/** The settings of the stock and ingest units. */
import { z } from 'zod';
import { port, positiveCount, url } from '../../platform/config.js';

export const stockSettings = z.object({
  MQTT_URL: url('mqtt:', 'mqtts:').optional(),
  MQTT_PORT: port.default(1883),
  MQTT_CLIENT_ID: z.string().min(1).default('kedai-ingest'),
  /** Without a message for so long, a shelf's device is silent. */
  SHELF_SILENT_SECONDS: positiveCount.default(300),
});
