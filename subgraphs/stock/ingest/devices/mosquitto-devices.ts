/**
 * Devices of a mosquitto with the `dynamic_security` plugin: each has a client named by its shelf's id, with the token as its
 * password, and a role that allows it to publish below its own topic. A changed token ends the session begun with the old one.
 * Without the plugin, credentials and topic rules are the operator's, and nothing is done here.
 */
import { z } from 'zod';
import { ErrorCode, requestError } from '../../../../platform/errors.js';
import type { Log } from '../../../../platform/log.js';
import { topicPrefixOf } from '../../domain/shelf-topic.js';
import type { OwnStockDatabase } from '../../store/database.js';
import { findAllCredentials } from '../../store/shelves.js';
import type { BrokerAddress } from '../broker/tls.js';
import { demoDeviceToken, isTokenOf } from './device-token.js';
import type { Device, Devices } from './devices.js';
import { type Command, type CommandResponse, DynamicSecurity, NoResponse } from './dynamic-security.js';

/** Devices per request: between two requests the broker serves its other clients. */
const CHUNK = 10;
/** Timeouts after which the broker counts as one without the plugin: a single one may be slowness. */
const MAXIMUM_TIMEOUTS = 2;

const clientsSchema = z.object({ clients: z.array(z.string()) });

export interface MosquittoDevicesOptions {
  readonly broker: BrokerAddress;
  readonly database: OwnStockDatabase;
  /** Whether seeded devices, whose tokens are public, may sign in. */
  readonly hasDemo: boolean;
  readonly log: Log;
}

export function mosquittoDevices({ broker, database, hasDemo, log }: MosquittoDevicesOptions): Devices {
  let isManaged: boolean | undefined;
  const security = new DynamicSecurity(
    broker,
    () =>
      void reconcile().catch((error) => log.warn({ error: String(error) }, 'stock: devices not reconciled')),
    (error) => log.warn({ error: error.message }, 'stock: MQTT connection for device credentials failed'),
  );

  /**
   * Adds seeded devices that the broker has lost, and deletes those whose shelves were removed while it was unreachable, and
   * seeded ones without a demo. Other lost devices cannot be added: only the hash of their token is stored.
   */
  async function reconcile(): Promise<void> {
    const clients = await listClients();
    isManaged = clients !== undefined;
    if (clients === undefined) {
      log.info('stock: the MQTT broker manages no device credentials; they are its operator’s');
      return;
    }
    const admitted = new Set(clients);
    const shelves = await findAllCredentials(database);
    const seeded = new Set(
      shelves.filter(({ id, tokenHash }) => isTokenOf(demoDeviceToken(id), tokenHash)).map(({ id }) => id),
    );
    const mayStay = ({ id, removedAt }: (typeof shelves)[number]) =>
      removedAt === null && (hasDemo || !seeded.has(id));
    const dismissed = shelves.filter((shelf) => !mayStay(shelf) && admitted.has(shelf.id));
    const missing = shelves.filter((shelf) => mayStay(shelf) && !admitted.has(shelf.id));
    const restored = missing.filter(({ id }) => seeded.has(id));
    const steps = [
      ...dismissed.map(({ id }) => deletion(id)),
      ...restored.map(({ id, outletId }) => creation({ shelfId: id, outletId, token: demoDeviceToken(id) })),
    ];
    for (let start = 0; start < steps.length; start += CHUNK)
      await security.send(steps.slice(start, start + CHUNK).flat());
    const lost = missing.length - restored.length;
    if (lost > 0)
      log.warn({ shelves: lost }, 'stock: the MQTT broker has lost these devices: rotate their tokens');
  }

  /** Undefined where the broker has no such plugin. */
  async function listClients(): Promise<string[] | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [response] = await security.send([{ command: 'listClients' }]);
        return response?.error === undefined ? clientsSchema.parse(response?.data).clients : undefined;
      } catch (error) {
        if (!(error instanceof NoResponse)) throw error;
        if (attempt < MAXIMUM_TIMEOUTS) continue;
        if (isManaged) throw error;
        return undefined;
      }
    }
  }

  async function send(commands: readonly Command[]): Promise<readonly CommandResponse[]> {
    try {
      return await security.send(commands);
    } catch (error) {
      log.warn({ error: String(error) }, 'stock: the MQTT broker did not admit a device');
      throw requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, 'The MQTT broker cannot be reached; try again');
    }
  }

  return {
    async admit(device) {
      if (isManaged === false) return;
      const [, created] = await send(creation(device));
      if (created?.error === undefined) return;
      const { shelfId: username, token: password } = device;
      const [changed] = await send([{ command: 'setClientPassword', username, password }]);
      if (changed?.error !== undefined) throw new Error(`mosquitto: ${changed.error}`);
    },
    endSessions: async () => undefined,
    async dismiss(shelfId) {
      if (isManaged === false) return;
      await security
        .send(deletion(shelfId))
        .catch((error) =>
          log.warn({ shelfId, error: String(error) }, 'stock: device not dismissed, will be on reconnect'),
        );
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
