/**
 * Devices of a mosquitto with the `dynamic_security` plugin: each has a client of its shelf's id and token, and a role that
 * lets it publish below its own topic. Changing a token ends the session begun with the old one. Where the broker has no
 * such plugin, credentials and topic rules are its operator's, and nothing is done here.
 */
import { z } from 'zod';
import { ErrorCode, requestError } from '../../../../platform/errors.js';
import type { Log } from '../../../../platform/log.js';
import { topicPrefixOf } from '../../domain/shelf-topic.js';
import type { StockDatabase } from '../../store/database.js';
import { demoDeviceToken, isTokenOf } from './device-token.js';
import type { Device, Devices } from './devices.js';
import { type Answer, type Command, DynamicSecurity, NoAnswer } from './dynamic-security.js';

/** Devices at once: between two askings the broker serves everybody else. */
const CHUNK = 10;
/** A broker that is slow is not one without the plugin. */
const ASKED_IN_VAIN = 2;

const clientsSchema = z.object({ clients: z.array(z.string()) });

export function mosquittoDevices(url: string, database: StockDatabase, log: Log): Devices {
  let isManaged: boolean | undefined;
  const security = new DynamicSecurity(
    url,
    () => void reconcile().catch((error) => log.warn({ error: String(error) }, 'stock: devices not checked')),
    (error) => log.warn({ error: error.message }, 'stock: MQTT connection for device credentials failed'),
  );

  /**
   * A broker whose memory is new learns of seeded devices; of others only the hash of the token is known. One that was away
   * when shelves were removed lets their devices go.
   */
  async function reconcile(): Promise<void> {
    const clients = await listClients();
    isManaged = clients !== undefined;
    if (clients === undefined) {
      log.info('stock: the MQTT broker keeps no device credentials; they are its operator’s');
      return;
    }
    const known = new Set(clients);
    const shelves = await database.prisma.shelf.findMany();
    const missing = shelves.filter(({ id, removedAt }) => removedAt === null && !known.has(id));
    const seeded = missing.filter(({ id, tokenHash }) => isTokenOf(demoDeviceToken(id), tokenHash));
    const removed = shelves.filter(({ id, removedAt }) => removedAt !== null && known.has(id));
    const steps = [
      ...removed.map(({ id }) => deletion(id)),
      ...seeded.map(({ id, outletId }) => creation({ shelfId: id, outletId, token: demoDeviceToken(id) })),
    ];
    for (let start = 0; start < steps.length; start += CHUNK)
      await security.ask(steps.slice(start, start + CHUNK).flat());
    const lost = missing.length - seeded.length;
    if (lost > 0)
      log.warn({ shelves: lost }, 'stock: the MQTT broker does not know these: rotate their tokens');
  }

  /** Undefined from a broker that keeps none. */
  async function listClients(): Promise<string[] | undefined> {
    for (let asked = 1; ; asked += 1) {
      try {
        const [answer] = await security.ask([{ command: 'listClients' }]);
        return answer?.error === undefined ? clientsSchema.parse(answer?.data).clients : undefined;
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (asked < ASKED_IN_VAIN) continue;
        if (isManaged) throw error;
        return undefined;
      }
    }
  }

  async function ask(commands: readonly Command[]): Promise<readonly Answer[]> {
    try {
      return await security.ask(commands);
    } catch (error) {
      log.warn({ error: String(error) }, 'stock: the MQTT broker did not take a device');
      throw requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, 'The MQTT broker cannot be reached; try again');
    }
  }

  return {
    async admit(device) {
      if (isManaged === false) return;
      const [, created] = await ask(creation(device));
      if (created?.error === undefined) return;
      const { shelfId: username, token: password } = device;
      const [changed] = await ask([{ command: 'setClientPassword', username, password }]);
      if (changed?.error !== undefined) throw new Error(`mosquitto: ${changed.error}`);
    },
    endSessions: async () => undefined,
    async dismiss(shelfId) {
      if (isManaged === false) return;
      await security
        .ask(deletion(shelfId))
        .catch((error) => log.warn({ shelfId, error: String(error) }, 'stock: device not dismissed yet'));
    },
    stop: () => security.stop(),
  };
}

function creation({ shelfId, outletId, token }: Device): Command[] {
  const topic = `${topicPrefixOf({ outletId, id: shelfId })}#`;
  return [
    {
      command: 'createRole',
      rolename: roleOf(shelfId),
      acls: [
        { acltype: 'publishClientSend', topic, allow: true },
        { acltype: 'subscribePattern', topic, allow: true },
      ],
    },
    {
      command: 'createClient',
      username: shelfId,
      password: token,
      roles: [{ rolename: roleOf(shelfId) }],
    },
  ];
}

function deletion(shelfId: string): Command[] {
  return [
    { command: 'deleteClient', username: shelfId },
    { command: 'deleteRole', rolename: roleOf(shelfId) },
  ];
}

function roleOf(shelfId: string): string {
  return `shelf-${shelfId}`;
}
