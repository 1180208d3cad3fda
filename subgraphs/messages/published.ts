/** What the subgraph publishes of persons' preferences, and of runs of schedules. */
import type { NewEvent } from '../../platform/events/envelope.js';
import type { Period } from '../../platform/kit/calendar.js';
import type { Preference } from './domain/preference.js';
import type { OwnedRun } from './store/schedules/runs.js';

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

export function scheduleDueEvent({ runId, schedule, roles }: OwnedRun, days: Period): NewEvent {
  const { id: scheduleId, action, ownerId, franchiseId, outletId } = schedule;
  const data = { scheduleId, runId, action, ownerId, roles, franchiseId, outletId, ...days };
  return { type: 'schedule.due', aggregateId: runId, aggregateVersion: 1, data };
}
