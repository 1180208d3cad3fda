/** Logs an outage once when it begins and once when it is over, however often what is tried fails meanwhile. */
export interface OutageLog {
  failed(error: unknown): void;
  succeeded(): void;
  /** From a failure until a success. */
  isOpen(): boolean;
}

/** What is needed of a log. */
interface Warnings {
  warn(details: object, message: string): void;
}

/** @param outage in words, such as `bus: messages are lost`. @param details go into both lines. */
export function outageLog(log: Warnings, outage: string, details: object = {}): OutageLog {
  let failures = 0;
  return {
    failed(error) {
      failures += 1;
      const message = error instanceof Error ? error.message : String(error);
      if (failures === 1) log.warn({ ...details, error: message }, outage);
    },
    succeeded() {
      if (failures === 0) return;
      log.warn({ ...details, failures }, `over: ${outage}`);
      failures = 0;
    },
    isOpen: () => failures > 0,
  };
}
