/**
 * The messages unit: what goes out. Mails to people, by SMTP or into the mailbox of a development system, pushes to their browsers, events to webhooks
 * and event streams, and what people have done by schedules.
 */
import { type Config, ConfigurationError } from '../../platform/config.js';
import { findConsumers } from '../../platform/events/find-consumers.js';
import { documentLinks } from '../../platform/identity/document-links.js';
import { linkTokens } from '../../platform/identity/link-token.js';
import { sealing } from '../../platform/identity/sealing.js';
import { pruneIdempotencyKeys } from '../../platform/kit/idempotency.js';
import { startPruning } from '../../platform/kit/pruning.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startPushSender } from './background/push-sender.js';
import { startScheduler } from './background/scheduler.js';
import { startSender } from './background/sender.js';
import { startStreamPublisher } from './background/stream-publisher.js';
import { startWebhookSender } from './background/webhook-sender.js';
import { createContext, type Services } from './context.js';
import { type Delivery, TO_MAILBOX } from './delivery/delivery.js';
import { webhookPoster } from './delivery/post.js';
import { pushPoster } from './delivery/push/push-poster.js';
import { vapid } from './delivery/push/vapid.js';
import { type ReceiverRules, resolveLocally, resolvePublicly } from './delivery/receiver-address.js';
import { smtpDelivery } from './delivery/smtp.js';
import { unsubscribeTokens } from './delivery/unsubscribe-tokens.js';
import { eventStreamsOf } from './event-streams.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { mailboxRoute } from './mailbox.js';
import { NO_MAIL_SERVER } from './operations/send-mail.js';
import { resolvers } from './resolvers/resolvers.js';
import { mayReachInside, messagesSettings, vapidSettingsOf } from './settings.js';
import { openMessagesDatabase } from './store/database.js';
import { pruneErasedCustomers, pruneMails } from './store/mails.js';
import { prunePushes } from './store/push/deliveries.js';
import { pruneRuns } from './store/schedules/runs.js';
import { pruneOwnerless } from './store/schedules/schedules.js';
import { pruneStreamEvents } from './store/streams/stream-events.js';
import { pruneWebhookEvents } from './store/webhooks/deliveries.js';
import { mailWriter } from './templates/write-mail.js';
import { unsubscribeRoute } from './unsubscribe-route.js';

/** Of what became of schedules' due times. */
const RUN_RETENTION_DAYS = 90;

export async function startMessages(platform: Platform): Promise<RunningSubgraph> {
  const { config, bus, log } = platform;
  const { MAIL_RETENTION_DAYS, WEBHOOK_RETENTION_DAYS } = config.settings(messagesSettings);
  const delivery = deliveryOf(config);
  if (delivery === null) log.error(`mails will wait: ${NO_MAIL_SERVER}`);
  if (config.isProduction && new URL(config.publicUrl).hostname === 'localhost')
    log.error(`links in mails lead to ${config.publicUrl}, which is only here: set PUBLIC_URL`);
  const secret = config.required('SUBGRAPH_SECRET', 'the secret that one-time links are derived from');
  const tokens = linkTokens(secret);
  const streams = await eventStreamsOf(config, log);
  const receipts = documentLinks(secret, config.publicUrl, 'receipt');
  const writer = mailWriter(tokens, receipts, config.publicUrl);
  const database = openMessagesDatabase(config.databaseUrl('messages'), bus);
  const sender = startSender({ database, delivery, writer, log });
  const scheduler = startScheduler({ database, log }, sender.wake);
  const rules = receiverRulesOf(config);
  const secrets = sealing(secret, 'webhook secrets');
  const webhookSender = startWebhookSender({
    ...{ database, log, sealing: secrets },
    post: webhookPoster(rules),
  });
  const streamPublishers = streams.map((stream) => startStreamPublisher({ database, stream, log }));
  const vapidSettings = vapidSettingsOf(config);
  const pushVapid = vapidSettings === null ? null : vapid(vapidSettings);
  if (pushVapid === null) log.warn('no pushes are sent: set VAPID_PRIVATE_KEY');
  const pushSender =
    pushVapid === null ? null : startPushSender({ database, log, poster: pushPoster(rules, pushVapid) });
  const pruning = startPruning(
    'messages',
    [
      () => pruneMails(database, MAIL_RETENTION_DAYS),
      () => pruneOwnerless(database),
      () => pruneErasedCustomers(database),
      () => pruneRuns(database, RUN_RETENTION_DAYS),
      () => pruneWebhookEvents(database, WEBHOOK_RETENTION_DAYS),
      () => prunePushes(database),
      async () => {
        const { lost, mayBeMore } = await pruneStreamEvents(database, WEBHOOK_RETENTION_DAYS);
        if (lost > 0)
          log.error({ events: lost }, 'event stream: events waited past their retention, and are deleted');
        return mayBeMore;
      },
      () => pruneIdempotencyKeys(database.pool),
    ],
    log,
  );
  const services: Services = {
    database,
    unsubscribeTokens: unsubscribeTokens(tokens),
    push: { publicKey: pushVapid?.publicKey ?? null },
    webhooks: { rules, sealing: secrets, wakeSender: webhookSender.wake },
    wakeScheduler: scheduler.wake,
  };
  const subgraph = await startSubgraph(platform, {
    name: 'messages',
    schema: buildSchema('messages', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), {
      database,
      log,
      wakeSender: sender.wake,
      wakePushSender: () => pushSender?.wake(),
      wakeWebhookSender: webhookSender.wake,
      streams: streams.map(({ name }) => name),
      wakeStreams: () => {
        for (const publisher of streamPublishers) publisher.wake();
      },
    }),
    background: [
      ...[scheduler, sender, webhookSender, ...streamPublishers],
      ...(pushSender === null ? [] : [pushSender]),
      pruning,
    ],
    routes: [
      unsubscribeRoute({ ...services, ownDatabase: database }),
      ...(delivery === TO_MAILBOX ? [mailboxRoute(database, writer)] : []),
    ],
    context: (call) => createContext(services, call),
  });
  return {
    ...subgraph,
    async stop() {
      await subgraph.stop();
      delivery?.close();
    },
  };
}

function receiverRulesOf(config: Config): ReceiverRules {
  const allowsPrivate = mayReachInside(config);
  return { allowsPrivate, resolve: allowsPrivate ? resolveLocally : resolvePublicly };
}

/** @throws ConfigurationError where mails would come from nobody. */
function deliveryOf(config: Config): Delivery | null {
  const { SMTP_URL, MAIL_FROM } = config.settings(messagesSettings);
  if (SMTP_URL === undefined) return config.isProduction ? null : TO_MAILBOX;
  if (config.isProduction && config.value('MAIL_FROM') === undefined)
    throw new ConfigurationError('MAIL_FROM is missing: the address that mails come from.');
  return smtpDelivery(SMTP_URL, MAIL_FROM);
}
