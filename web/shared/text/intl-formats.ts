/** Formats of `Intl`, each made once: to make one takes a hundred times as long as to use it, and rows use them at every change. */
const dates = new Map<string, Intl.DateTimeFormat>();
const numbers = new Map<string, Intl.NumberFormat>();

export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return madeOnce(dates, locale, options, () => new Intl.DateTimeFormat(locale, options));
}

export function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return madeOnce(numbers, locale, options, () => new Intl.NumberFormat(locale, options));
}

/** The day by the clocks of a time zone, such as 2026-11-30. */
export function calendarDay(at: number | Date, timeZone: string): string {
  return dateFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
}

function madeOnce<Format>(
  made: Map<string, Format>,
  locale: string,
  options: object,
  make: () => Format,
): Format {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = made.get(key) ?? make();
  made.set(key, format);
  return format;
}
