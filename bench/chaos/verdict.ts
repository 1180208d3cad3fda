/**
 * Whether a run is conclusive: books without load are correct, too. A run must have killed as often as planned for its
 * length, injected each kind of fault that the machine supports, and served guests meanwhile.
 */
export interface Course {
  readonly minutes: number;
  readonly hasRedis: boolean;
  /** How often each fault was injected, and `kills` in all. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often each operation succeeded. */
  readonly load: Readonly<Record<string, number>>;
}

const LEAST_KILLS_A_MINUTE = 10;

const FAULTS = ['kill', 'crash PostgreSQL', 'stop Redis', 'freeze', 'run twice', 'repeat events'];
const SERVICES = ['readings', 'orders placed', 'payments'];

/** What the run lacks, a sentence each; empty when it is conclusive. */
export function shortcomingsOf({ minutes, hasRedis, faults, load }: Course): string[] {
  const least = Math.floor(minutes * LEAST_KILLS_A_MINUTE);
  const kills = faults.kills ?? 0;
  return [
    ...(kills < least ? [`${kills} kills are fewer than ${least}.`] : []),
    ...FAULTS.filter((kind) => hasRedis || kind !== 'stop Redis')
      .filter((kind) => !faults[kind])
      .map((kind) => `A fault was never done: ${kind}.`),
    ...missingServices(load).map((service) => `There were no ${service}.`),
  ];
}

/** What no guest and no shelf was served with. */
export function missingServices(load: Course['load']): string[] {
  return SERVICES.filter((service) => !load[service]);
}
