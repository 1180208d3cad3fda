/**
 * What a process does beside serving waits while its units start: maintenance, and taking jobs from queues. A start is then as long as what
 * serving needs. Nothing waits in a process that never holds the gate.
 */
let opening: Promise<void> = Promise.resolve();

/** @returns how to open it again. */
export function holdStartGate(): () => void {
  let open = () => {};
  opening = new Promise((resolve) => {
    open = resolve;
  });
  return () => open();
}

export function startGateOpened(): Promise<void> {
  return opening;
}
