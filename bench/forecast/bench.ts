/**
 * Back-tests the forecasts of outlets and items on generated days, beside seasonal naive on the same demand, with what was sold out estimated in
 * both, and an oracle who knows the mean that each day was drawn from. The models were set with the outlets of `TUNING`; the figures
 * aimed at are of `UNSEEN`.
 */
import { MOST_DAYS } from '../../subgraphs/order/domain/forecast/choose-model.js';
import {
  forecastOutlet,
  type OutletForecast,
} from '../../subgraphs/order/domain/forecast/forecast-outlet.js';
import { HOURS, type HourlySales } from '../../subgraphs/order/domain/forecast/hours.js';
import type { Bench, Figure } from '../result.js';
import { DAYS, type GeneratedOutlet, generateOutlet } from './outlet.js';

const TUNING = ['tuning 1', 'tuning 2', 'tuning 3', 'tuning 4'];
const UNSEEN = ['held out 1', 'held out 2', 'held out 3', 'held out 4', 'held out 5', 'held out 6'];
/** How many days are known at each origin. */
const ORIGINS = [400, 456, 512, 568, 624, 680];
const LEAST_GAIN = 20;
const SERIES_A_SECOND = 10_000 / 60;

interface Sum {
  absolute: number;
  naive: number;
  oracle: number;
  asked: number;
  signed: number;
  within: number;
  days: number;
}

const newSum = (): Sum => ({ absolute: 0, naive: 0, oracle: 0, asked: 0, signed: 0, within: 0, days: 0 });

export const bench: Bench = async (report) => {
  const tuning = backTest(TUNING, report);
  const unseen = backTest(UNSEEN, report);
  const percent = (value: number, target?: number): Figure => ({
    ...{ value: 100 * value, unit: '%' },
    ...(target !== undefined && { target }),
  });
  const figuresOf = (set: string, { outlets, items }: Tests, target?: number): Record<string, Figure> => ({
    [`outlet × day below seasonal naive, ${set}`]: percent(1 - outlets.absolute / outlets.naive, target),
    [`item × outlet × day below seasonal naive, ${set}`]: percent(1 - items.absolute / items.naive, target),
    [`outlet × day WAPE, ${set}`]: percent(outlets.absolute / outlets.asked),
    [`item × outlet × day WAPE, ${set}`]: percent(items.absolute / items.asked),
    [`outlet × day bias, ${set}`]: percent(outlets.signed / outlets.asked),
    [`item × outlet × day bias, ${set}`]: percent(items.signed / items.asked),
    [`outlet × day within the 80 % interval, ${set}`]: percent(outlets.within / outlets.days),
    [`item × outlet × day within the 80 % interval, ${set}`]: percent(items.within / items.days),
  });
  const rate = (milliseconds: number) => (1_000 * (tuning.series + unseen.series)) / milliseconds;
  const peerOf = (name: 'naive' | 'oracle') => ({
    'outlet × day WAPE, unseen': percent(unseen.outlets[name] / unseen.outlets.asked),
    'item × outlet × day WAPE, unseen': percent(unseen.items[name] / unseen.items.asked),
  });
  return {
    figures: {
      ...figuresOf('unseen', unseen, LEAST_GAIN),
      ...figuresOf('tuning', tuning),
      'series forecast, by day and hour': {
        ...{ value: rate(tuning.milliseconds + unseen.milliseconds), unit: '/s', target: SERIES_A_SECOND },
      },
      'series forecast a second of processor time': {
        ...{ value: rate(tuning.processorMilliseconds + unseen.processorMilliseconds), unit: '/s' },
      },
    },
    peers: { 'seasonal naive': peerOf('naive'), oracle: peerOf('oracle') },
  };
};

interface Tests {
  readonly outlets: Sum;
  readonly items: Sum;
  readonly series: number;
  readonly milliseconds: number;
  readonly processorMilliseconds: number;
}

function backTest(seeds: readonly string[], report: (progress: string) => void): Tests {
  const [outlets, items] = [newSum(), newSum()];
  let [series, milliseconds, processorMilliseconds] = [0, 0, 0];
  for (const seed of seeds) {
    const outlet = generateOutlet(seed);
    for (const origin of ORIGINS) {
      const history = {
        items: new Map(outlet.items.map(({ sales }, index) => [String(index), until(sales, origin)])),
        kinds: outlet.kinds.slice(0, origin + MOST_DAYS),
      };
      const [started, used] = [performance.now(), process.cpuUsage()];
      const forecast = forecastOutlet(history);
      milliseconds += performance.now() - started;
      const { user, system } = process.cpuUsage(used);
      processorMilliseconds += (user + system) / 1_000;
      series += 1 + forecast.items.size;
      judge(outlet, origin, forecast, outlets, items);
    }
    report(`${seed}: ${outlet.items.length} items, ${ORIGINS.length} origins`);
  }
  return { outlets, items, series, milliseconds, processorMilliseconds };
}

function until({ units, soldOutMinutes }: HourlySales, days: number): HourlySales {
  return {
    units: units.subarray(0, days * HOURS),
    soldOutMinutes: soldOutMinutes === null ? null : soldOutMinutes.subarray(0, days * HOURS),
  };
}

/** Seasonal naive is given what was asked for, sold out or not. */
function judge(
  outlet: GeneratedOutlet,
  origin: number,
  forecast: OutletForecast,
  outlets: Sum,
  items: Sum,
): void {
  const days = Math.min(MOST_DAYS, DAYS - origin);
  for (let ahead = 0; ahead < days; ahead += 1) {
    const [day, before] = [origin + ahead, origin + (ahead % 7) - 7];
    const all = { actual: 0, naive: 0, mean: 0 };
    outlet.items.forEach(({ asked, mean }, index) => {
      const one = { actual: asked[day] ?? 0, naive: asked[before] ?? 0, mean: mean[day] ?? 0 };
      all.actual += one.actual;
      all.naive += one.naive;
      all.mean += one.mean;
      addDay(items, one, ahead, forecast.items.get(String(index)) ?? null);
    });
    addDay(outlets, all, ahead, forecast.outlet);
  }
}

function addDay(
  sum: Sum,
  { actual, naive, mean }: { actual: number; naive: number; mean: number },
  ahead: number,
  forecast: OutletForecast['outlet'],
): void {
  if (forecast === null) throw new Error('Every generated item has sold for long enough');
  const expected = forecast.expected[ahead] ?? 0;
  sum.absolute += Math.abs(expected - actual);
  sum.signed += expected - actual;
  sum.naive += Math.abs(naive - actual);
  sum.oracle += Math.abs(mean - actual);
  sum.asked += actual;
  sum.within += actual >= (forecast.lower[ahead] ?? 0) && actual <= (forecast.upper[ahead] ?? 0) ? 1 : 0;
  sum.days += 1;
}
