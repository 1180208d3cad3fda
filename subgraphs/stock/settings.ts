/** The settings of the stock and ingest units. */
import { z } from 'zod';
import { listOf, onOrOff, port, positiveCount, settingText, url } from '../../platform/config.js';

export const stockSettings = z.object({
  MQTT_URL: url('mqtt:', 'mqtts:').optional(),
  MQTT_PORT: port.default(1883),
  /** PEM. Of the embedded broker, which then serves TLS; with `MQTT_URL`, of Kedai as a client there. */
  MQTT_CERTIFICATE_FILE: settingText,
  MQTT_KEY_FILE: settingText,
  /** Who signs the certificates of the other side: of devices, with `MQTT_URL` of the broker. */
  MQTT_CA_FILE: settingText,
  MQTT_TLS_PORT: port.default(8883),
  /** How often the embedded broker looks whether these files were renewed. */
  MQTT_CERTIFICATE_CHECK_SECONDS: positiveCount.default(60),
  /** Whether devices of the embedded broker show certificates; one whose subject is a shelf's id stands for its token. */
  MQTT_CLIENT_CERTIFICATES: z.enum(['off', 'optional', 'required']).default('off'),
  /** Whether the embedded broker takes connections without TLS: on, and off where certificates of devices are required. */
  MQTT_PLAIN: onOrOff,
  MQTT_CLIENT_ID: z.string().min(1).default('kedai-ingest'),
  /** Of ingest processes that are gone for good: what the broker has queued for them is received. */
  MQTT_FORMER_CLIENT_IDS: z.string().default('').transform(listOf),
  /** Of one shelf, with the embedded broker: what comes faster is read from its device more slowly. */
  MQTT_MESSAGES_PER_SECOND: positiveCount.default(200),
  /** Without a message for so long, a shelf's device is silent. */
  SHELF_SILENT_SECONDS: positiveCount.default(300),
  /** Days before a day's readings are dropped. */
  READING_RETENTION_DAYS: positiveCount.default(30),
  /** Days before a month's levels by five minutes, and by the hour, are dropped. */
  HISTORY_FIVE_MINUTES_DAYS: positiveCount.default(90),
  HISTORY_HOUR_DAYS: positiveCount.default(730),
  /** Levels by the day are stored for ever where it is left out. */
  HISTORY_DAY_DAYS: positiveCount.optional(),
});
