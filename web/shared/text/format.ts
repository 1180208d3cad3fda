/** Amounts, times and quantities as the page's language writes them. Money is whole rupiah; times are in the outlet's zone. */
import { dateFormat, numberFormat } from './intl-formats.js';
import { language } from './language.js';

const locale = language === 'id' ? 'id-ID' : 'en-GB';

/** `Rp 25.000` in both languages: that is how the currency is written. */
export function rupiah(amount: number): string {
  const text = numberFormat('id-ID', { maximumFractionDigits: 0 }).format(Math.abs(amount));
  return `${amount < 0 ? '−' : ''}Rp\u00a0${text}`;
}

export function timeOfDay(at: string | number | Date, timeZone?: string): string {
  return timeFormat({ hour: '2-digit', minute: '2-digit' }, timeZone).format(new Date(at));
}

export function dateAndTime(at: string | number | Date, timeZone?: string): string {
  const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  return timeFormat({ ...day, hour: '2-digit', minute: '2-digit' }, timeZone).format(new Date(at));
}

/** Such as `3 min` or `2 h`; the nearest unit that is not zero. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second' as const]
      : seconds < 3_600
        ? [Math.round(seconds / 60), 'minute' as const]
        : seconds < 172_800
          ? [Math.round(seconds / 3_600), 'hour' as const]
          : [Math.round(seconds / 86_400), 'day' as const];
  // The short form of a day in Indonesian, `hr`, reads as an hour.
  const unitDisplay = unit === 'day' ? 'long' : 'short';
  return numberFormat(locale, { style: 'unit', unit, unitDisplay }).format(value);
}

function timeFormat(options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat {
  return dateFormat(locale, { ...options, timeZone, hourCycle: 'h23' });
}
