/** The mutations of messages that are not a guest's own. */
import { newId } from '../../../../platform/ids.js';
import type { ShopFloor } from '../shop-floor.js';
import { atOutlet, type Made, MOMENT, type Probe } from './probe.js';

/** Nobody listens there. */
const HOST = '127.0.0.1:9';
const EVENT_TYPES = ['outlet.changed'];

function newWebhook({ outletId }: ShopFloor) {
  return { input: { outletId, url: `https://${HOST}/${newId()}`, eventTypes: EVENT_TYPES } };
}

async function webhook(floor: ShopFloor): Promise<string> {
  const { people } = floor;
  const made = await floor.execute<{ webhook: Made }>(
    people.budi,
    'createWebhook',
    newWebhook(floor),
    'webhook { id }',
  );
  return made.webhook.id;
}

/** A step of a webhook, after those before it. */
function webhookStep(
  step: string,
  before: object | null,
  after: object | null,
  earlier: readonly string[] = [],
): Probe {
  return {
    by: 'budi',
    async execute(floor, frontEnd) {
      const id = await webhook(floor);
      for (const one of earlier) await floor.execute(floor.people.budi, one, { id });
      await floor.execute(frontEnd, step, { id });
      return { entity: id, entityType: 'Webhook', ...atOutlet(floor), before, after };
    },
  };
}

const SCHEDULE = {
  ...{
    name: 'Mondays',
    action: 'SALES_REPORT',
    rule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=7',
    timeZone: 'Asia/Jakarta',
  },
  missed: 'ONCE',
};

async function schedule({ people, outletId, execute }: ShopFloor, by = people.budi): Promise<string> {
  const input = { ...SCHEDULE, scope: { outletId } };
  const made = await execute<{ schedule: Made }>(by, 'createSchedule', { input }, 'schedule { id }');
  return made.schedule.id;
}

/** A step of a schedule, after those before it. */
function scheduleStep(
  step: string,
  before: object,
  after: object | null,
  earlier: readonly string[] = [],
): Probe {
  return {
    by: 'budi',
    async execute(floor, frontEnd) {
      const id = await schedule(floor);
      for (const one of earlier) await floor.execute(floor.people.budi, one, { id });
      await floor.execute(frontEnd, step, { id });
      return { entity: id, entityType: 'Schedule', ...atOutlet(floor), before, after };
    },
  };
}

export const MESSAGES_PROBES: Readonly<Record<string, Probe>> = {
  createWebhook: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const made = await floor.execute<{ webhook: Made }>(
        frontEnd,
        'createWebhook',
        newWebhook(floor),
        'webhook { id }',
      );
      return {
        ...{ entity: made.webhook.id, entityType: 'Webhook', ...atOutlet(floor) },
        ...{ before: null, after: { host: HOST, eventTypes: EVENT_TYPES } },
      };
    },
  },
  createSchedule: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const id = await schedule(floor, frontEnd);
      return { entity: id, entityType: 'Schedule', ...atOutlet(floor), before: null, after: SCHEDULE };
    },
  },
  updateSchedule: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const id = await schedule(floor);
      await floor.execute(frontEnd, 'updateSchedule', { input: { id, name: 'Weekly', missed: 'ALL' } });
      return {
        ...{ entity: id, entityType: 'Schedule', ...atOutlet(floor) },
        ...{ before: { name: 'Mondays', missed: 'ONCE' }, after: { name: 'Weekly', missed: 'ALL' } },
      };
    },
  },
  pauseSchedule: scheduleStep('pauseSchedule', { isPaused: false }, { isPaused: true }),
  resumeSchedule: scheduleStep('resumeSchedule', { isPaused: true }, { isPaused: false }, ['pauseSchedule']),
  runScheduleNow: scheduleStep('runScheduleNow', {}, { runAt: MOMENT }),
  deleteSchedule: scheduleStep('deleteSchedule', SCHEDULE, null),
  rotateWebhookSecret: webhookStep('rotateWebhookSecret', {}, { signingKeyIssuedAt: MOMENT }),
  testWebhook: webhookStep('testWebhook', {}, { testedAt: MOMENT }),
  pauseWebhook: webhookStep('pauseWebhook', { status: 'ACTIVE' }, { status: 'PAUSED' }),
  resumeWebhook: webhookStep('resumeWebhook', { status: 'PAUSED' }, { status: 'ACTIVE' }, ['pauseWebhook']),
  deleteWebhook: webhookStep('deleteWebhook', { host: HOST, eventTypes: EVENT_TYPES }, null),
  replayWebhook: {
    by: 'budi',
    async execute(floor, frontEnd) {
      const id = await webhook(floor);
      const from = new Date(Date.now() - 60_000).toISOString();
      await floor.execute(frontEnd, 'replayWebhook', { id, from });
      return {
        ...{ entity: id, entityType: 'Webhook', ...atOutlet(floor) },
        ...{ before: {}, after: { replayedFrom: from } },
      };
    },
  },
};
