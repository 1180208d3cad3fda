/** The settings of the messages unit. */
import { z } from 'zod';
import {
  type Config,
  ConfigurationError,
  listOf,
  onOrOff,
  positiveCount,
  settingText,
  url,
} from '../../platform/config.js';
import { publicKeyOf, type VapidSettings } from './delivery/push/vapid.js';

/** `kedai@example.com`, or with a name: `Kedai <kedai@example.com>`. */
const SENDER = /^(?:[^<>"\p{Cc}]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u;

const natsUrl = url('nats:', 'tls:');
/** A list of which each entry is as it shall be. */
const listWhere = (isRight: (entry: string) => boolean, expected: string) =>
  z
    .string()
    .refine((list) => listOf(list).length > 0 && listOf(list).every(isRight), `must be ${expected}`)
    .transform(listOf)
    .optional();

export const messagesSettings = z.object({
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z
    .string()
    .regex(SENDER, 'must be an address, such as `Kedai <kedai@example.com>`')
    .default('Kedai <kedai@kedai.test>'),
  MAIL_RETENTION_DAYS: positiveCount.default(30),
  VAPID_PRIVATE_KEY: z
    .string()
    .refine(
      (key) => publicKeyOf(key) !== null,
      'must be a private key of the curve P-256: 32 bytes in base64url',
    )
    .optional(),
  VAPID_PUBLIC_KEY: z.string().optional(),
  VAPID_SUBJECT: url('mailto:', 'https:').optional(),
  WEBHOOKS_PRIVATE_ADDRESSES: onOrOff,
  WEBHOOK_RETENTION_DAYS: positiveCount.default(30),
  NATS_URL: listWhere(
    (entry) => natsUrl.safeParse(entry).success,
    'a nats: or tls: URL, or several with commas between',
  ),
  NATS_CREDENTIALS_FILE: settingText,
  KAFKA_BROKERS: listWhere(
    (entry) => /^[^\s:/@]+:\d{1,5}$/.test(entry),
    'addresses such as `kafka-1:9092,kafka-2:9092`',
  ),
  KAFKA_TLS: onOrOff,
  KAFKA_USERNAME: settingText,
  KAFKA_PASSWORD: settingText,
  KAFKA_SASL_MECHANISM: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).default('SCRAM-SHA-512'),
});

/** Null where there is no key: no pushes are sent then. @throws ConfigurationError where the two keys are not a pair. */
export function vapidSettingsOf(config: Config): VapidSettings | null {
  const {
    VAPID_PRIVATE_KEY: privateKey,
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_SUBJECT: subject,
    MAIL_FROM,
  } = config.settings(messagesSettings);
  if (privateKey === undefined) return null;
  if (publicKey !== undefined && publicKey !== publicKeyOf(privateKey))
    throw new ConfigurationError('VAPID_PUBLIC_KEY is not the public key of VAPID_PRIVATE_KEY.');
  return { privateKey, subject: subject ?? `mailto:${addressOf(MAIL_FROM)}` };
}

/** Of a sender with or without a name. */
function addressOf(from: string): string {
  return /<(.+)>$/.exec(from)?.[1] ?? from;
}

/** Whether webhooks and pushes may lead to private addresses: never, unless it is asked for. */
export function mayReachInside(config: Config): boolean {
  return config.settings(messagesSettings).WEBHOOKS_PRIVATE_ADDRESSES === 'on';
}
