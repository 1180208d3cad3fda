/** `Mutation`. */
import { payloadOf } from '../../../platform/errors.js';
import type { MutationResolvers } from '../../../schema/types/messages.js';
import { setPreference, setQuietHours } from '../operations/notifications/preferences.js';
import { unsubscribe } from '../operations/notifications/unsubscribe.js';
import { registerPush, unregisterPush } from '../operations/push/register-push.js';
import {
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  updateSchedule,
} from '../operations/schedules/change-schedule.js';
import { createSchedule } from '../operations/schedules/create-schedule.js';
import {
  deleteWebhook,
  pauseWebhook,
  replayWebhook,
  resumeWebhook,
  rotateSecret,
  testWebhook,
} from '../operations/webhooks/change-webhook.js';
import { createWebhook } from '../operations/webhooks/create-webhook.js';

export const Mutation: MutationResolvers = {
  setNotificationPreference: (_parent, { input }, context) =>
    payloadOf(async () => ({ notificationPreference: await setPreference(context, input) })),

  setQuietHours: (_parent, { input }, context) =>
    payloadOf(async () => ({ quietHours: await setQuietHours(context, input) })),

  registerPush: (_parent, { input }, context) =>
    payloadOf(async () => ({ pushSubscription: await registerPush(context, input) })),

  unregisterPush: (_parent, { endpoint }, context) =>
    payloadOf(async () => ({ pushSubscription: await unregisterPush(context, endpoint) })),

  unsubscribe: (_parent, { token }, context) =>
    payloadOf(async () => ({ notificationPreference: await unsubscribe(context, token) })),

  createSchedule: (_parent, { input }, context) =>
    payloadOf(async () => ({ schedule: await createSchedule(context, input) })),

  updateSchedule: (_parent, { input }, context) =>
    payloadOf(async () => ({ schedule: await updateSchedule(context, input) })),

  pauseSchedule: (_parent, { id }, context) =>
    payloadOf(async () => ({ schedule: await pauseSchedule(context, id) })),

  resumeSchedule: (_parent, { id }, context) =>
    payloadOf(async () => ({ schedule: await resumeSchedule(context, id) })),

  deleteSchedule: (_parent, { id }, context) =>
    payloadOf(async () => ({ scheduleId: await deleteSchedule(context, id) })),

  runScheduleNow: (_parent, { id }, context) => payloadOf(() => runScheduleNow(context, id)),

  createWebhook: (_parent, { input }, context) => payloadOf(() => createWebhook(context, input)),

  rotateWebhookSecret: (_parent, { id }, context) => payloadOf(() => rotateSecret(context, id)),

  testWebhook: (_parent, { id }, context) =>
    payloadOf(async () => ({ delivery: await testWebhook(context, id) })),

  pauseWebhook: (_parent, { id }, context) =>
    payloadOf(async () => ({ webhook: await pauseWebhook(context, id) })),

  resumeWebhook: (_parent, { id }, context) =>
    payloadOf(async () => ({ webhook: await resumeWebhook(context, id) })),

  deleteWebhook: (_parent, { id }, context) =>
    payloadOf(async () => ({ webhookId: await deleteWebhook(context, id) })),

  replayWebhook: (_parent, { id, from, idempotencyKey }, context) =>
    payloadOf(async () => ({ webhook: await replayWebhook(context, id, from, idempotencyKey ?? null) })),
};
