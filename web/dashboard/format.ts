/** Figures as the dashboard writes them: levels in the item's own unit, whole, so that small changes are seen. */
import { calendarDay, dateFormat, numberFormat } from '../shared/text/intl-formats.js';
import { language } from '../shared/text/language.js';

const locale = language === 'id' ? 'id-ID' : 'en-GB';
const whole = numberFormat(locale, { maximumFractionDigits: 0 });
const decimals = numberFormat(locale, { maximumFractionDigits: 3 });
const UNITS: Readonly<Record<string, string>> = { GRAM: 'g', MILLILITRE: 'ml', PIECE: '' };

export function level(value: number, unit: string): string {
  const short = UNITS[unit] ?? unit.toLowerCase();
  return short === '' ? whole.format(value) : `${whole.format(value)}\u00a0${short}`;
}

export function change(value: number, unit: string): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${level(Math.abs(value), unit)}`;
}

export const count = (value: number): string => whole.format(value);

export const decimal = (value: number): string => decimals.format(value);

export const percent = (value: number): string => `${whole.format(value)}%`;

export function weekday(day: string): string {
  return dateFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

export function shortDay(day: string): string {
  return dateFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** Of today the time alone. */
export function moment(at: string, timeZone: string, now: number): string {
  const time = dateFormat(locale, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone },
    ...(calendarDay(Date.parse(at), timeZone) === calendarDay(now, timeZone)
      ? {}
      : { day: 'numeric', month: 'short' }),
  });
  return time.format(new Date(at));
}
