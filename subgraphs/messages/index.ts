/** The messages unit: what goes out to people. For now mails, by SMTP or into the mailbox of a development system. */
import { type Config, ConfigurationError } from '../../platform/config.js';
import { linkTokens } from '../../platform/identity/link-token.js';
import { startPruning } from '../../platform/kit/pruning.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startSender } from './background/sender.js';
import { createContext } from './context.js';
import { type Delivery, TO_MAILBOX } from './delivery/delivery.js';
import { smtpDelivery } from './delivery/smtp.js';
import { erasure } from './events/erasure.js';
import { mailRequests } from './events/mail-requests.js';
import { mailboxRoute } from './mailbox.js';
import { NO_MAIL_SERVER } from './operations/send-due-mails.js';
import { resolvers } from './resolvers/resolvers.js';
import { messagesSettings } from './settings.js';
import { openMessagesDatabase } from './store/database.js';
import { pruneErasedCustomers, pruneMails } from './store/mails.js';
import { mailWriter } from './templates/write-mail.js';

export async function startMessages(platform: Platform): Promise<RunningSubgraph> {
  const { config, bus, log } = platform;
  const { MAIL_RETENTION_DAYS } = config.settings(messagesSettings);
  const delivery = deliveryOf(config);
  if (delivery === null) log.error(`mails will wait: ${NO_MAIL_SERVER}`);
  if (config.isProduction && new URL(config.publicUrl).hostname === 'localhost')
    log.error(`links in mails lead to ${config.publicUrl}, which is only here: set PUBLIC_URL`);
  const secret = config.required('SUBGRAPH_SECRET', 'the secret that one-time links are derived from');
  const writer = mailWriter(linkTokens(secret), config.publicUrl);
  const database = openMessagesDatabase(config.databaseUrl('messages'), bus);
  const sender = startSender({ database, delivery, writer, log });
  const pruning = startPruning(
    'messages',
    [() => pruneMails(database, MAIL_RETENTION_DAYS), () => pruneErasedCustomers(database)],
    log,
  );
  const subgraph = await startSubgraph(platform, {
    name: 'messages',
    schema: buildSchema('messages', resolvers),
    database,
    consumers: [mailRequests(database, log, sender.wake), erasure(database, log)],
    background: [sender, pruning],
    routes: delivery === TO_MAILBOX ? [mailboxRoute(database, writer)] : [],
    context: (call) => createContext(database, call),
  });
  return {
    ...subgraph,
    async stop() {
      await subgraph.stop();
      delivery?.close();
    },
  };
}

/** @throws ConfigurationError where mails would come from nobody. */
function deliveryOf(config: Config): Delivery | null {
  const { SMTP_URL, MAIL_FROM } = config.settings(messagesSettings);
  if (SMTP_URL === undefined) return config.isProduction ? null : TO_MAILBOX;
  if (config.isProduction && config.value('MAIL_FROM') === undefined)
    throw new ConfigurationError('MAIL_FROM is missing: the address that mails come from.');
  return smtpDelivery(SMTP_URL, MAIL_FROM);
}
