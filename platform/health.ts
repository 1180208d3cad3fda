/**
 * What `/health/ready` says beside a unit's own answer: that the process is about to stop, and which servers it does without for now.
 * A server that is away takes no unit out of service that still serves without it.
 */
import { gauge } from './metrics.js';

let isDraining = false;
/** By name: whether it is away. */
const dependencies = new Map<string, () => boolean>();

gauge(
  'kedai_dependency_up',
  'Whether a server that this process depends on is there, as far as its last use has shown',
  ['dependency'],
  (up) => {
    for (const [dependency, isAway] of dependencies) up.set({ dependency }, isAway() ? 0 : 1);
  },
);

/** For good: a process that drains does not become ready again. */
export function beginDrain(): void {
  isDraining = true;
}

export function drains(): boolean {
  return isDraining;
}

/** @param name for people who operate it, such as `Redis`. */
export function dependsOn(name: string, isAway: () => boolean): void {
  dependencies.set(name, isAway);
}

/** By name. */
export function awayDependencies(): string[] {
  return [...dependencies].flatMap(([name, isAway]) => (isAway() ? [name] : []));
}
