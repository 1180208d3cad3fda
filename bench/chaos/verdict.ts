/**
 * Whether a run proves anything: books in which nothing happened are right, too. A run must have killed as often as was
 * planned for its length, done each kind of fault that the machine can do, and served people meanwhile.
 */
export interface Course {
  readonly minutes: number;
  readonly hasRedis: boolean;
  /** How often each fault was done, and `kills` in all. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each thing was done for somebody. */
  readonly load: Readonly<Record<string, number>>;
}

const LEAST_KILLS_A_MINUTE = 10;

const FAULTS = ['kill', 'crash PostgreSQL', 'stop Redis', 'freeze', 'run twice', 'repeat events'];
const SERVICES = ['readings', 'orders placed', 'payments'];

/** What the run lacks, a sentence each; none when its books prove something. */
export function shortcomingsOf({ minutes, hasRedis, faults, load }: Course): string[] {
  const least = Math.floor(minutes * LEAST_KILLS_A_MINUTE);
  const kills = faults.kills ?? 0;
  return [
    ...(kills < least ? [`${kills} kills are fewer than ${least}.`] : []),
    ...FAULTS.filter((kind) => hasRedis || kind !== 'stop Redis')
      .filter((kind) => !faults[kind])
      .map((kind) => `A fault was never done: ${kind}.`),
    ...SERVICES.filter((service) => !load[service]).map((service) => `There were no ${service}.`),
  ];
}
