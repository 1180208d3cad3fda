/** Names of boots of formats that name none. Each says when the boot began, so that a reading of before belongs to another. */

/** Readings that are ordered by when they arrive: the boot began with the first of them, in microseconds by Kedai's clock. */
export const ARRIVAL_BOOT = 'arrival ';
/** Of a birth certificate: its session, and its milliseconds by the device's clock. */
export const SPARKPLUG_BOOT = 'sparkplug ';

const MICROSECONDS = 1_000;

export function arrivalBoot(microseconds: number): string {
  return `${ARRIVAL_BOOT}${microseconds}`;
}

export function sparkplugBoot(session: number | string, milliseconds: number): string {
  return `${SPARKPLUG_BOOT}${session} ${milliseconds}`;
}

/** In milliseconds, as times of readings are; of a boot with one of these names. */
export function birthOf(bootId: string): number {
  const birth = Number(bootId.split(' ').at(-1));
  return bootId.startsWith(ARRIVAL_BOOT) ? Math.floor(birth / MICROSECONDS) : birth;
}
