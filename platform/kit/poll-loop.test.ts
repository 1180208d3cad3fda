import { afterEach, expect, test } from 'vitest';
import { createLog } from '../log.js';
import { type PollLoop, startPollLoop } from './poll-loop.js';
import { holdStartGate } from './start-gate.js';

const log = createLog('silent');
const NEVER = 1_000_000;
let loop: PollLoop | undefined;
afterEach(() => loop?.stop());

/** A loop whose turns answer, or throw, in turn; each resolves the promise of its number when it starts. */
function startCountedLoop(
  outcomes: readonly ('more' | 'done' | Error)[],
  intervalMilliseconds = NEVER,
  isMaintenance = false,
) {
  const turns = [...outcomes, undefined].map(() => gate());
  let count = 0;
  loop = startPollLoop({
    name: 'test',
    intervalMilliseconds,
    log,
    isMaintenance,
    async turn() {
      const outcome = outcomes[count] ?? 'done';
      turns[count]?.open();
      count += 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  });
  return { started: (turn: number) => turns[turn - 1]?.passed, count: () => count };
}

function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('the first turn runs at once, and the next without a pause while there is more', async () => {
  const { started, count } = startCountedLoop(['more', 'more', 'done']);
  await started(3);
  await settle();
  expect(count()).toBe(3);
});

test('an idle loop runs its next turn when it is woken', async () => {
  const { started, count } = startCountedLoop(['done', 'done']);
  await started(1);
  await settle();
  expect(count()).toBe(1);
  loop?.wake();
  await started(2);
});

test('a wake during a turn leads to another turn', async () => {
  const end = gate();
  const second = gate();
  let count = 0;
  loop = startPollLoop({
    name: 'test',
    intervalMilliseconds: NEVER,
    log,
    async turn() {
      count += 1;
      if (count === 2) second.open();
      await end.passed;
      return 'done';
    },
  });
  loop.wake();
  end.open();
  await second.passed;
});

test('a failed turn is retried after the interval', async () => {
  const { started } = startCountedLoop([new Error('away'), 'done'], 5);
  await started(2);
});

test('a wake does not shorten the pause after a failure', async () => {
  const { started, count } = startCountedLoop([new Error('away')]);
  await started(1);
  await settle();
  loop?.wake();
  await settle();
  expect(count()).toBe(1);
});

test('stopping awaits the turn in progress and starts no other', async () => {
  const end = gate();
  let ended = 0;
  const stopping = startPollLoop({
    name: 'test',
    intervalMilliseconds: 1,
    log,
    async turn() {
      await end.passed;
      ended += 1;
      return 'more';
    },
  });
  const stopped = stopping.stop();
  end.open();
  await stopped;
  expect(ended).toBe(1);
});

test('maintenance waits until the units of the process serve, and other work does not', async () => {
  const open = holdStartGate();
  try {
    const maintenance = startCountedLoop(['done'], NEVER, true);
    const waiting = loop;
    await startCountedLoop(['done']).started(1);
    await settle();
    expect(maintenance.count()).toBe(0);
    open();
    await maintenance.started(1);
    await waiting?.stop();
  } finally {
    open();
  }
});

test('maintenance that is stopped before that has no turn', async () => {
  const open = holdStartGate();
  try {
    const { count } = startCountedLoop(['done'], NEVER, true);
    await loop?.stop();
    open();
    await settle();
    expect(count()).toBe(0);
  } finally {
    open();
  }
});
