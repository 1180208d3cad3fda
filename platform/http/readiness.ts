/** Whether this process is about to stop: `/health/ready` of all its ports says so while they still serve. */
let isDraining = false;

/** For good: a process that drains does not become ready again. */
export function beginDrain(): void {
  isDraining = true;
}

export function drains(): boolean {
  return isDraining;
}
