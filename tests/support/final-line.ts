/**
 * A vitest reporter that says why what was skipped was skipped, names once more what failed, and ends the run with one line
 * for people and tools: `N passed, N failed, N skipped`. A file, a hook or a set-up that fails without a failing test counts
 * as one failure.
 */
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

export default class FinalLine implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  onInit(): void {
    // Whatever else speaks at the end, and however the run ends, this comes last.
    process.once('exit', (code) => {
      const failed = Math.max(this.#failed, code === 0 ? 0 : 1);
      console.log(`${this.#passed} passed, ${failed} failed, ${this.#skipped} skipped`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');
    const failures = [
      ...inState('failed').map((test) =>
        failure(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors),
      ),
      ...modules
        .filter((module) => !module.ok() && ![...module.children.allTests('failed')].length)
        .map((module) => failure(module.relativeModuleId, errorsOutsideTests(module))),
      ...unhandledErrors.map((error) => failure('outside of any test', [error])),
    ];
    this.#passed = inState('passed').length;
    this.#failed = failures.length;
    this.#skipped = skipped.length;
    for (const [reason, count] of countBy(skipped, reasonOf)) console.log(`Skipped ${count}: ${reason}`);
    for (const line of failures) console.log(line);
  }
}

function errorsOutsideTests(module: TestModule): SerializedError[] {
  return [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
}

function failure(place: string, errors: readonly SerializedError[] | undefined): string {
  const reason = stripVTControlCharacters(errors?.[0]?.message ?? 'it says no reason').split('\n')[0];
  return `Failed: ${place}: ${reason}`;
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
