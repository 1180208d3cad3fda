/** The settings of the messages unit. */
import { z } from 'zod';
import { type Config, onOrOff, positiveCount, url } from '../../platform/config.js';

/** `kedai@example.com`, or with a name: `Kedai <kedai@example.com>`. */
const SENDER = /^(?:[^<>"\p{Cc}]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u;

export const messagesSettings = z.object({
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .regex(SENDER, 'must be an address, such as `Kedai <kedai@example.com>`')
    .default('Kedai <kedai@kedai.test>'),
  MAIL_RETENTION_DAYS: positiveCount.default(30),
  WEBHOOKS_PRIVATE_ADDRESSES: onOrOff,
  WEBHOOK_RETENTION_DAYS: positiveCount.default(30),
});

/** Whether webhooks may lead to private addresses: never, unless it is asked for. */
export function mayReachInside(config: Config): boolean {
  return config.settings(messagesSettings).WEBHOOKS_PRIVATE_ADDRESSES === 'on';
}
