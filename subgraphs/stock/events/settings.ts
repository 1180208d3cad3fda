/** `settings.changed`: copies the settings of outlets. */
import { settingsConsumer } from '../../../platform/copies/settings-copy.js';
import type { Consumer } from '../../../platform/events/consumer.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, settings, log }: ConsumerParts): Consumer {
  return settingsConsumer('stock', database, settings, log);
}
