/** Days as people count them: an instant's day in a time zone, as YYYY-MM-DD, and arithmetic on such days. */
const formatters = new Map<string, Intl.DateTimeFormat>();

const MILLISECONDS_A_DAY = 86_400_000;

/** @param timeZone IANA name; one that this system does not know counts as UTC. */
export function dayIn(timeZone: string, instant: Date): string {
  return formatterFor(timeZone).format(instant);
}

/** How many days lie from one day to another; negative when it is before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MILLISECONDS_A_DAY;
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  // Swedish writes days as ISO 8601 does.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' });
  formatters.set(timeZone, made);
  return made;
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
