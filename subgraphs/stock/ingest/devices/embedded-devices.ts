/**
 * Devices of the embedded broker, which checks each sign-in against the stock database. What remains is to end sessions whose
 * token is no longer valid, in whichever process the broker runs.
 */
import type { Bus } from '../../../../platform/bus/bus.js';
import type { Devices } from './devices.js';

export const ENDED_SESSIONS_TOPIC = 'stock-device-sessions-ended';

export function embeddedDevices(bus: Bus): Devices {
  const endSessions = async (shelfId: string) => bus.publish(ENDED_SESSIONS_TOPIC, { shelfId });
  return {
    admit: async () => undefined,
    endSessions,
    dismiss: endSessions,
    stop: async () => undefined,
  };
}
