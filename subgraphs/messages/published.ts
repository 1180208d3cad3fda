/** What the subgraph publishes of persons' preferences. */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { Preference } from './domain/preference.js';

/** @param version of this preference. */
export function preferenceChangedEvent(
  customerId: string,
  { kind, channel, isOn }: Preference,
  version: number,
): NewEvent {
  const aggregateId = `${customerId}:${kind}:${channel}`;
  const data = { customerId, kind, channel, isOn };
  return { type: 'notification.preference-changed', aggregateId, aggregateVersion: version, data };
}
