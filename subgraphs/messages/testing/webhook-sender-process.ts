/** A process that posts what is due of the database in its environment, until it is ended. */
import { sealing } from '../../../platform/identity/sealing.js';
import { createLog } from '../../../platform/log.js';
import { startWebhookSender } from '../background/webhook-sender.js';
import { webhookPoster } from '../delivery/post.js';
import { resolveLocally } from '../delivery/receiver-address.js';
import { openMessagesDatabase } from '../store/database.js';

const { DATABASE = '', SECRET = '' } = process.env;
startWebhookSender({
  database: openMessagesDatabase(DATABASE, { publish: () => undefined }),
  sealing: sealing(SECRET, 'webhook secrets'),
  post: webhookPoster({ allowsPrivate: true, resolve: resolveLocally }),
  log: createLog('silent'),
});
