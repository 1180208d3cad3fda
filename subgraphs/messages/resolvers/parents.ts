/** What resolvers are given where it is not the type's own fields. */
import type { Connection, CountedConnection } from '../../../platform/kit/paging.js';
import type * as personal from '../../../platform/kit/personal-export.js';
import type { MailReport } from '../domain/mail.js';
import type * as push from '../domain/push.js';
import type * as schedules from '../domain/schedule/schedule.js';
import type * as webhooks from '../domain/webhook.js';

export type ExportedRecord = personal.ExportedRecord;
export type ExportedRecordConnection = Connection<ExportedRecord>;

export type Mail = MailReport;
export type MailConnection = CountedConnection<MailReport>;

export type PushSubscription = push.PushSubscription;

export type Schedule = schedules.Schedule;
export type ScheduleConnection = CountedConnection<schedules.Schedule>;
export type ScheduleRun = schedules.ScheduleRun;
export type ScheduleRunConnection = CountedConnection<schedules.ScheduleRun>;

export type Webhook = webhooks.Webhook;
export type WebhookConnection = CountedConnection<webhooks.Webhook>;
export type WebhookDelivery = webhooks.WebhookDelivery;
export type WebhookDeliveryConnection = CountedConnection<webhooks.WebhookDelivery>;
