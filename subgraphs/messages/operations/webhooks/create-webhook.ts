/** Subscribes an address to events of one outlet, of one franchise, or of the chain. */
import { z } from 'zod';
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { placeOf, requirePlace } from '../../../../platform/kit/requested-place.js';
import { findYoung } from '../../../../platform/kit/young-id.js';
import type { CreateWebhookInput } from '../../../../schema/types/messages.js';
import type { Context } from '../../context.js';
import { ReceiverRefused, receiverAddresses, receiverUrl } from '../../delivery/receiver-address.js';
import { newWebhookSecret, shownSecret } from '../../delivery/webhooks/signature.js';
import type { Webhook, WebhookPlace } from '../../domain/webhook.js';
import { PUBLIC_EVENT_TYPES } from '../../events/public-events.js';
import { knownPlaces } from '../../store/outlets.js';
import { countWebhooksOf, findWebhook, insertSecret, insertWebhook } from '../../store/webhooks/webhooks.js';

const MAXIMUM_PER_PLACE = 20;
const NAMES: ReadonlySet<string> = new Set(PUBLIC_EVENT_TYPES.map(({ name }) => name));

const newWebhook = z.object({
  url: z.string(),
  eventTypes: z
    .array(z.string().refine((name) => NAMES.has(name), 'No such type of events'))
    .min(1, 'At least one type of events')
    .max(100, 'At most 100 types of events')
    .transform((given) => [...new Set(given)].toSorted()),
});

/** @throws NOT_FOUND for a place of another tenant, UserFault INVALID_INPUT or INVALID_STATE. */
export async function createWebhook(
  context: Context,
  { outletId, franchiseId, ...input }: CreateWebhookInput,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { database, identity, origin, cause, webhooks } = context;
  const { eventTypes, url } = parseInput(newWebhook, input);
  const place = await requestedPlace(context, placeOf({ outletId, franchiseId }));
  await requireReceiver(context, url);
  const id = newId('Webhook');
  const secret = newWebhookSecret();
  const webhook = await database.work(cause, async (work) => {
    if ((await countWebhooksOf(work.tx, place)) >= MAXIMUM_PER_PLACE)
      throw UserFault.of('INVALID_STATE', `There are at most ${MAXIMUM_PER_PLACE} webhooks of one place`);
    await insertWebhook(work.tx, { id, ...place, url, eventTypes });
    await insertSecret(work.tx, { id: newId(), webhookId: id, sealed: webhooks.sealing.seal(secret, id) });
    recordChange(
      work,
      { identity, origin },
      {
        ...{ action: 'createWebhook', entity: { type: 'Webhook', id }, tenant: place, before: null },
        // Receivers put secrets into paths.
        after: { host: new URL(url).host, eventTypes },
      },
    );
    return findWebhook(work.tx, id);
  });
  if (webhook === null) throw notFound('Webhook');
  return { webhook, secret: shownSecret(secret) };
}

/** That of the caller where none is named. */
async function requestedPlace(
  { database, identity }: Pick<Context, 'database' | 'identity'>,
  asked: WebhookPlace,
): Promise<WebhookPlace> {
  const scope = scopeFor(identity, 'webhooks:manage');
  const places = knownPlaces(database);
  const { outletId, franchiseId } = (asked.outletId ?? asked.franchiseId) ? asked : onlyPlaceOf(scope);
  await requirePlace(scope, { outletId, franchiseId }, places);
  if (outletId === null) return { outletId, franchiseId };
  const owner = await findYoung(outletId, () => places.franchiseOf(outletId));
  if (owner === null) throw notFound('Outlet');
  return { outletId, franchiseId: owner };
}

/** @throws UserFault where the scope is of several places. */
function onlyPlaceOf({ everywhere, franchiseIds, outletIds }: Scope): WebhookPlace {
  if (everywhere) return { franchiseId: null, outletId: null };
  const places = [
    ...[...new Set(franchiseIds)].map((franchiseId) => ({ franchiseId, outletId: null })),
    ...[...new Set(outletIds)].map((outletId) => ({ franchiseId: null, outletId })),
  ];
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw UserFault.of('INVALID_INPUT', 'Say of which outlet, or of which franchise', ['outletId']);
  return place;
}

/** A host that cannot be looked up now is looked up again with every attempt. @throws UserFault INVALID_INPUT */
async function requireReceiver(
  { webhooks: { rules } }: Pick<Context, 'webhooks'>,
  text: string,
): Promise<void> {
  try {
    const url = receiverUrl(text, rules);
    await receiverAddresses(url, rules).catch((error: unknown) => {
      if (error instanceof ReceiverRefused) throw error;
    });
  } catch (error) {
    if (!(error instanceof ReceiverRefused)) throw error;
    throw UserFault.of('INVALID_INPUT', error.message, ['url']);
  }
}
