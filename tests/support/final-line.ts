/**
 * A vitest reporter that says why what was skipped was skipped, and ends the run with one line for people and tools:
 * `N passed, N failed, N skipped`. A file or a hook that fails without a failing test counts as one failure.
 */
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';

export default class FinalLine implements Reporter {
  #line = '0 passed, 1 failed, 0 skipped';

  onInit(): void {
    // Whatever else speaks at the end, and however the run ends, this comes last.
    process.once('exit', () => console.log(this.#line));
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const failedOutsideTests = modules.filter(
      (module) => !module.ok() && ![...module.children.allTests('failed')].length,
    ).length;
    const failed = inState('failed').length + failedOutsideTests + unhandledErrors.length;
    const skipped = inState('skipped');
    this.#line = `${inState('passed').length} passed, ${failed} failed, ${skipped.length} skipped`;
    for (const [reason, count] of countBy(skipped, reasonOf)) console.log(`Skipped ${count}: ${reason}`);
  }
}

/** A note given when skipping, or the name of the outermost group that was skipped whole. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return `${test.fullName}: ${result.note}`;
  let outermost: TestCase | TestSuite = test;
  for (let place: TestCase | TestSuite | TestModule = test; place.type !== 'module'; place = place.parent) {
    if (place.options.mode === 'skip') outermost = place;
  }
  return outermost.fullName;
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
