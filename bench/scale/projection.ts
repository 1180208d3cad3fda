/**
 * What an installation takes for so many orders a day, from what an order and a reading cost. Linear in both: nothing here says that one server,
 * such as PostgreSQL, has as many cores as it is said to take.
 */

/** Of a unit or a server. */
export interface Cost {
  readonly millisecondsAnOrder: number;
  readonly millisecondsAReading: number;
  /** Of one process of it, at rest and after the load. */
  readonly memoryBytes: number;
  /** By the clock, whatever is ordered: of one process. */
  readonly restMillisecondsASecond: number;
  /** Servers run once, units in as many processes as they take. */
  readonly isServer: boolean;
}

export interface Measured {
  readonly costs: Readonly<Record<string, Cost>>;
  readonly bytesAnOrder: number;
  readonly bytesAReading: number;
}

export interface Need {
  readonly cores: number;
  readonly processes: number;
  readonly memoryBytes: number;
  /** Orders of a year, and the readings that are stored. */
  readonly diskBytes: number;
  readonly sockets: number;
  readonly dollarsAMonth: number;
}

export interface Assumptions {
  /** Of a day's orders. */
  readonly busiestHour: number;
  /** Of a core, so that what comes in bursts does not wait. */
  readonly utilization: number;
  readonly ordersAnOutlet: number;
  readonly readingsAnOrder: number;
  readonly readingDays: number;
  readonly minutesWatched: number;
  readonly screensAnOutlet: number;
  readonly leastProcesses: number;
  readonly dollarsACoreMonth: number;
  readonly dollarsAGibibyteMonth: number;
  readonly dollarsADiskGibibyteMonth: number;
}

export const ASSUMED: Assumptions = {
  busiestHour: 0.12,
  utilization: 0.6,
  ordersAnOutlet: 400,
  /** 38 shelves of an outlet, each of which speaks twice a minute. */
  readingsAnOrder: 285,
  readingDays: 30,
  minutesWatched: 10,
  screensAnOutlet: 3,
  /** So that one may go. */
  leastProcesses: 2,
  dollarsACoreMonth: 25,
  dollarsAGibibyteMonth: 3.5,
  dollarsADiskGibibyteMonth: 0.1,
};

const GIBIBYTE = 2 ** 30;
const SECONDS_A_DAY = 86_400;

export function needOf(
  { costs, bytesAnOrder, bytesAReading }: Measured,
  ordersADay: number,
  assumed = ASSUMED,
): Need {
  const ordersASecond = (ordersADay * assumed.busiestHour) / 3_600;
  const readingsASecond = (ordersADay * assumed.readingsAnOrder) / SECONDS_A_DAY;
  let [cores, processes, memoryBytes] = [0, 0, 0];
  for (const cost of Object.values(costs)) {
    const busy =
      (ordersASecond * cost.millisecondsAnOrder + readingsASecond * cost.millisecondsAReading) /
      1_000 /
      assumed.utilization;
    const count = cost.isServer ? 1 : Math.max(assumed.leastProcesses, Math.ceil(busy));
    cores += busy + (count * cost.restMillisecondsASecond) / 1_000;
    processes += count;
    memoryBytes += count * cost.memoryBytes;
  }
  const diskBytes =
    ordersADay * 365 * bytesAnOrder +
    ordersADay * assumed.readingsAnOrder * assumed.readingDays * bytesAReading;
  const outlets = Math.ceil(ordersADay / assumed.ordersAnOutlet);
  const sockets = Math.ceil(ordersASecond * 60 * assumed.minutesWatched + outlets * assumed.screensAnOutlet);
  const dollarsAMonth =
    cores * assumed.dollarsACoreMonth +
    (memoryBytes / GIBIBYTE) * assumed.dollarsAGibibyteMonth +
    (diskBytes / GIBIBYTE) * assumed.dollarsADiskGibibyteMonth;
  return { cores, processes, memoryBytes, diskBytes, sockets, dollarsAMonth };
}
