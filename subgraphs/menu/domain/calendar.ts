/** Days of an outlet's own calendar: a season is judged by the date on the wall there. */

/** The calendar day at a moment in a time zone, as midnight UTC of that date. */
export function localDay(timeZone: string, at: Date): Date {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
    .formatToParts(at)
    .map(({ type, value }) => [type, value]);
  const { year, month, day }: Record<string, string> = Object.fromEntries(parts);
  return new Date(`${year}-${month}-${day}T00:00:00.000Z`);
}

/** The date that a moment names, whatever its time. */
export function dayOf(moment: Date): Date {
  return new Date(`${moment.toISOString().slice(0, 10)}T00:00:00.000Z`);
}

/** IANA names such as Asia/Jakarta; offsets are no time zones. */
export function isTimeZone(name: string): boolean {
  if (!/^(UTC|[A-Za-z]+(\/[A-Za-z_+-]+)+)$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
