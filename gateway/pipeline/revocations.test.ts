import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TokenVerifier, VerifiedToken } from '../../platform/identity/access-token.js';
import type { Role } from '../../platform/identity/identity.js';
import {
  heartbeatMessage,
  REVOCATIONS_TOPIC,
  type Revocation,
  revocationMessage,
} from '../../platform/identity/revocations.js';
import { createLog } from '../../platform/log.js';
import { cutBus } from '../../tests/support/cut-bus.js';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import { Revocations, type RevocationTimes, revocableTokens } from './revocations.js';

const log = createLog('silent');
/** Neither happens by itself within a test. */
const NEVER = 600_000;

const session = (sequence: number, sessionId: string): Revocation => ({
  sequence,
  sessionId,
  customerId: null,
});
const person = (sequence: number, customerId: string): Revocation => ({
  sequence,
  sessionId: null,
  customerId,
});

function token(
  customerId: string,
  sessionId: string,
  role: Role = 'CUSTOMER',
  revocation = 0,
): VerifiedToken {
  const roles = [{ role, outletId: null, franchiseId: null }];
  const scopes = new Set(role === 'CUSTOMER' ? [] : ['orders:read']);
  return { identity: { customerId, sessionId, roles }, scopes, expiresAt: 0, revocation };
}

describeOnBothBackends('revocations', (under) => {
  /** What the subgraph answers; null while it does not. */
  let written: Revocation[] | null;
  let reads: number;
  let opened: Revocations | undefined;

  beforeEach(() => {
    written = [];
    reads = 0;
  });
  afterEach(async () => {
    await opened?.stop();
  });

  const publish = (revocation: Revocation) =>
    under.platform.bus.publish(REVOCATIONS_TOPIC, revocationMessage(revocation));
  const beat = (last: number) => under.platform.bus.publish(REVOCATIONS_TOPIC, heartbeatMessage(last));

  async function open(times: Partial<RevocationTimes> = {}): Promise<Revocations> {
    let isSubscribed = false;
    opened = await Revocations.start(
      {
        async subscribe() {
          const messages = await under.platform.bus.subscribe(REVOCATIONS_TOPIC);
          isSubscribed = true;
          return messages;
        },
        async read(after) {
          reads += 1;
          if (written === null) throw new Error('away');
          return {
            last: written.at(-1)?.sequence ?? 0,
            revocations: written.filter(({ sequence }) => sequence > after),
          };
        },
      },
      log,
      { silenceMilliseconds: NEVER, unconfirmedMilliseconds: NEVER, ...times },
    );
    await eventually(() => expect(isSubscribed).toBe(true));
    return opened;
  }

  test('of before the start are known', async () => {
    written = [session(1, 's-1'), person(2, 'sari')];
    const revocations = await open();
    expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true);
    expect(revocations.isRevoked(token('sari', 's-2'))).toBe(true);
    expect(revocations.isRevoked(token('rina', 's-2'))).toBe(false);
  });

  test('end a session, and of a person what was signed before', async () => {
    const revocations = await open();
    publish(session(1, 's-1'));
    publish(person(2, 'sari'));
    await eventually(() => expect(revocations.isRevoked(token('sari', 's-2', 'BARISTA', 1))).toBe(true));
    expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true);
    expect(revocations.isRevoked(token('sari', 's-2', 'CUSTOMER', 2))).toBe(false);
    expect(reads).toBe(1);
  });

  test('that are published twice or late change nothing', async () => {
    const revocations = await open();
    for (const revocation of [session(1, 's-1'), session(2, 's-2'), session(1, 's-1')]) publish(revocation);
    beat(2);
    await eventually(() => expect(revocations.isRevoked(token('rina', 's-2'))).toBe(true));
    expect(reads).toBe(1);
  });

  test('are read where a number is missed', async () => {
    const revocations = await open();
    written = [session(1, 's-1'), session(2, 's-2')];
    publish(session(2, 's-2'));
    await eventually(() => expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true));
    expect(revocations.isRevoked(token('rina', 's-2'))).toBe(true);
  });

  test('are read where the heartbeat is ahead, and not where it is not', async () => {
    const revocations = await open();
    beat(0);
    written = [session(1, 's-1')];
    beat(1);
    await eventually(() => expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true));
    expect(reads).toBe(2);
  });

  test('are read where the bus may have lost messages', async () => {
    const revocations = await open();
    written = [session(1, 's-1')];
    await cutBus(under.platform);
    await eventually(() => expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true));
  });

  test('are read where nothing is received', async () => {
    const revocations = await open({ silenceMilliseconds: 1 });
    written = [session(1, 's-1')];
    await eventually(() => expect(revocations.isRevoked(token('rina', 's-1'))).toBe(true));
  });

  test('notify the watchers of a token', async () => {
    const revocations = await open();
    const ended: string[] = [];
    const watch = (name: string, watched: VerifiedToken) =>
      revocations.watch({
        token: watched,
        revoked: () => ended.push(`${name} revoked`),
        unconfirmed: () => ended.push(`${name} unconfirmed`),
      });
    watch('phone', token('rina', 's-1'));
    watch('laptop', token('rina', 's-2'));
    const stop = watch('stopped', token('rina', 's-1'));
    stop();
    publish(session(1, 's-1'));
    await eventually(() => expect(ended).toEqual(['phone revoked']));
    watch('late', token('rina', 's-1'));
    await eventually(() => expect(ended).toEqual(['phone revoked', 'late revoked']));
  });

  test('while nothing confirms them leave staff a guest’s rights, until something does', async () => {
    const revocations = await open({ silenceMilliseconds: 1, unconfirmedMilliseconds: 1_000 });
    const verifier: TokenVerifier = {
      verify: async (text) => token(text, 's-1', text === 'rina' ? 'CUSTOMER' : 'BARISTA'),
    };
    const tokens = revocableTokens(verifier, revocations);
    const ended: string[] = [];
    for (const name of ['rina', 'sari']) {
      const watched = await tokens.verify(name);
      revocations.watch({ token: watched, revoked() {}, unconfirmed: () => ended.push(name) });
    }
    written = null;
    await eventually(() => expect(ended).toEqual(['sari']));
    const sari = await tokens.verify('sari');
    expect(sari).toMatchObject({ identity: { customerId: 'sari', roles: [] }, isUnconfirmed: true });
    expect([...sari.scopes]).toEqual([]);
    expect(await tokens.verify('rina')).toEqual(token('rina', 's-1'));
    written = [];
    await eventually(async () =>
      expect(await tokens.verify('sari')).toEqual(token('sari', 's-1', 'BARISTA')),
    );
  });

  test('refuse the token', async () => {
    written = [session(1, 's-1')];
    const tokens = revocableTokens({ verify: async () => token('rina', 's-1') }, await open());
    await expect(tokens.verify('a token')).rejects.toThrow('The token was revoked');
  });
});
