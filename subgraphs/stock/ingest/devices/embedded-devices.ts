/**
 * Devices of the embedded broker, which asks the stock database whenever one signs in. So all there is to do is to tell the
 * broker, wherever it runs, to end a session whose token is no longer good.
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
