/**
 * A receiver of head office's webhook, outside the fleet: verifies and counts what is posted to it, and refuses some events the first time.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { DEMO_PASSWORD } from '../../../prisma/seed/chain.js';
import type { Acknowledged } from '../acknowledged.js';
import type { Random } from '../random.js';
import type { Tally } from '../tally.js';
import { Person } from './person.js';

const EVENT_TYPES = [
  ...['order.placed', 'order.paid', 'order.ready', 'order.completed', 'order.cancelled'],
  ...['payment.captured', 'payment.refunded'],
];
const REFUSED_AT_FIRST = 0.05;
const CREATE = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { createdAt } secret userErrors { message } } }`;
const created = z.object({ webhook: z.object({ createdAt: z.string() }), secret: z.string() });

export interface WebhookReceiver {
  stop(): Promise<void>;
}

export async function startWebhookReceiver(options: {
  url: string;
  random: Random;
  tally: Tally;
  acknowledged: Acknowledged;
  ending: AbortSignal;
}): Promise<WebhookReceiver> {
  const { url, random, tally, acknowledged, ending } = options;
  const { webhook } = acknowledged;
  const refused = new Set<string>();
  let key = Buffer.alloc(0);
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request).catch(() => null);
    const id = String(request.headers['webhook-id']);
    if (body === null) return void response.destroy();
    if (!isSigned(request, body, key)) webhook.unsigned.add(id);
    if (!webhook.received.has(id) && !refused.has(id) && random.chance(REFUSED_AT_FIRST)) {
      refused.add(id);
      tally.count('webhook events refused');
      return void response.writeHead(503).end();
    }
    tally.count(webhook.received.has(id) ? 'webhook events repeated' : 'webhook events');
    webhook.received.add(id);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A run that is broken off ends.
  server.unref();
  const { port } = server.address() as AddressInfo;
  const headOffice = new Person({ url, email: 'hq@kedai.test', password: DEMO_PASSWORD, tally });
  const input = { url: `http://127.0.0.1:${port}/`, eventTypes: EVENT_TYPES };
  const answer = await headOffice.executeUntilAnswered(created, CREATE, { input }, ending);
  key = Buffer.from(answer.secret.replace('whsec_', ''), 'base64');
  webhook.subscription = { types: EVENT_TYPES, since: answer.webhook.createdAt };
  return {
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function isSigned({ headers }: IncomingMessage, body: string, key: Buffer): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}
