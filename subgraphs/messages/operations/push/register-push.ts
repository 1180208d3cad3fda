/** The caller's browsers that pushes go to. Where one may be reached is decided as for webhooks: on the public internet alone. */
import { z } from 'zod';
import { UserFault } from '../../../../platform/errors.js';
import { callerOf } from '../../../../platform/identity/identity.js';
import { parseInput } from '../../../../platform/kit/input.js';
import type { Context } from '../../context.js';
import { areBrowserKeys } from '../../delivery/push/browser-keys.js';
import { ReceiverRefused, receiverAddresses, receiverUrl } from '../../delivery/receiver-address.js';
import type { PushSubscription } from '../../domain/push.js';
import {
  deleteSubscription,
  findSubscriptionsOf,
  upsertSubscription,
} from '../../store/push/subscriptions.js';

const browser = z.object({
  endpoint: z.string().trim(),
  keys: z
    .object({ p256dh: z.string().max(200), auth: z.string().max(50) })
    .refine(areBrowserKeys, 'These are no keys of a browser'),
});

export function readSubscriptions({ ownDatabase, identity }: Context): Promise<PushSubscription[]> {
  return findSubscriptionsOf(ownDatabase, callerOf(identity));
}

/** @throws UserFault INVALID_INPUT, INVALID_STATE where the system has no key to push with, SESSION_ENDED of an account that is deleted. */
export async function registerPush(context: Context, input: unknown): Promise<PushSubscription> {
  const { ownDatabase, identity, cause, push } = context;
  if (push.publicKey === null) throw UserFault.of('INVALID_STATE', 'Pushes are not set up here');
  const { endpoint, keys } = parseInput(browser, input);
  await requireService(context, endpoint);
  const registered = await ownDatabase.work(cause, ({ tx }) =>
    upsertSubscription(tx, callerOf(identity), { endpoint, ...keys }),
  );
  if (registered === null) throw UserFault.of('SESSION_ENDED', 'This session is over: sign in again');
  return registered;
}

/** Null where the caller had not registered it. */
export async function unregisterPush(
  { ownDatabase, identity, cause }: Context,
  endpoint: string,
): Promise<PushSubscription | null> {
  return ownDatabase.work(cause, ({ tx }) => deleteSubscription(tx, callerOf(identity), endpoint.trim()));
}

/** A host that cannot be looked up now is looked up again with every attempt. @throws UserFault INVALID_INPUT */
async function requireService({ webhooks: { rules } }: Context, endpoint: string): Promise<void> {
  try {
    const url = receiverUrl(endpoint, rules);
    await receiverAddresses(url, rules).catch((error: unknown) => {
      if (error instanceof ReceiverRefused) throw error;
    });
  } catch (error) {
    if (!(error instanceof ReceiverRefused)) throw error;
    throw UserFault.of('INVALID_INPUT', 'A push service has an https address on the public internet', [
      'endpoint',
    ]);
  }
}
