/** The options of `npm run simulate`. */
import { parseArgs } from 'node:util';
import { CLOSES_AT, OPENS_AT } from './day.js';

export interface SimulateOptions {
  readonly url: string;
  readonly mqttUrl: string;
  readonly seed: string;
  readonly ordersAMinute: number;
  readonly readingsASecond: number;
  readonly outlets: number;
  /** Infinite for a day after the other. */
  readonly realMinutes: number;
  readonly speed: number;
  /** The minute of the day at which it begins. */
  readonly from: number;
  /** Nothing is stolen and nothing breaks. */
  readonly isCalm: boolean;
  readonly truthFile: string | null;
}

const HELP = `Plays a day in the demo chain on a running system: guests, kitchens, deliveries, scales, a theft and a broken scale.

  npm run simulate -- [options]

  --url URL        the gateway                            http://localhost:4000/graphql
  --mqtt URL       the shelves' broker                    mqtt://localhost:1883
  --seed TEXT      another seed is another day            kedai
  --orders N       orders a minute, on average            60
  --readings N     shelf readings a second                20
  --outlets N      outlets that are open, 100 at most     25
  --speed N        how much quicker its clock goes        60
  --from HH:MM     when its day begins                    07:00
  --minutes N      how long it takes, by your clock       until 22:00 of its day
  --calm           nothing is stolen, nothing breaks
  --live           a quiet day after the other at the true speed, until Ctrl-C (3 outlets, 6 orders a minute, 5 readings a second)
  --truth FILE     what really happened, as JSON: what each shelf held, what was stolen, which scales broke

Rates are by your clock: --speed makes hours, weather and work in kitchens pass quicker, and leaves the rates as they are.
Ctrl-C ends the day: kitchens hand out what they are making. Not beside \`npm start -- --live\`, whose devices are the same.
`;

/** Of a page of the API. */
const MAXIMUM_OUTLETS = 100;
/** Most outlets of the demo are in it. */
const TIME_ZONE = 'Asia/Jakarta';

/** Null where help was asked for, or an option cannot be read: it has been said. */
export function readOptions(args: readonly string[]): SimulateOptions | null {
  try {
    return optionsOf(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exitCode = 1;
    return null;
  }
}

function optionsOf(args: readonly string[]): SimulateOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string', default: 'http://localhost:4000/graphql' },
      mqtt: { type: 'string', default: 'mqtt://localhost:1883' },
      seed: { type: 'string', default: 'kedai' },
      orders: { type: 'string' },
      readings: { type: 'string' },
      outlets: { type: 'string' },
      speed: { type: 'string' },
      from: { type: 'string' },
      minutes: { type: 'string' },
      calm: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      truth: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const { live } = values;
  const speed = above0('speed', values.speed ?? (live ? '1' : '60'));
  const from = values.from === undefined ? (live ? minuteNow() : OPENS_AT) : minuteOf(values.from);
  const untilClosing = Math.max(1, (CLOSES_AT - from) / speed);
  return {
    url: values.url,
    mqttUrl: values.mqtt,
    seed: values.seed,
    ordersAMinute: above0('orders', values.orders ?? (live ? '6' : '60')),
    readingsASecond: above0('readings', values.readings ?? (live ? '5' : '20')),
    outlets: outletCount(values.outlets ?? (live ? '3' : '25')),
    realMinutes:
      values.minutes !== undefined
        ? above0('minutes', values.minutes)
        : live
          ? Number.POSITIVE_INFINITY
          : untilClosing,
    speed,
    from,
    isCalm: values.calm || live,
    truthFile: values.truth ?? null,
  };
}

function above0(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name} is a number above 0, not ${text}`);
  return value;
}

function outletCount(text: string): number {
  const count = Math.ceil(above0('outlets', text));
  if (count > MAXIMUM_OUTLETS) throw new Error(`--outlets is at most ${MAXIMUM_OUTLETS}, not ${text}`);
  return count;
}

function minuteOf(text: string): number {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (!(minute >= 0 && minute < 1_440)) throw new Error(`--from is a time such as 07:00, not ${text}`);
  return minute;
}

function minuteNow(): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, hour: '2-digit', minute: '2-digit' });
  return minuteOf(parts.format(new Date()));
}
