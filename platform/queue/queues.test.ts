import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { eventually } from '../../tests/support/wait.js';
import { newId } from '../ids.js';
import { holdStartGate } from '../kit/start-gate.js';

const TAKE_AND_HANG = [
  '--import',
  new URL('../../tests/support/run-typescript.mjs', import.meta.url).href,
  fileURLToPath(new URL('./testing/take-and-hang.ts', import.meta.url)),
];

describeOnBothBackends('a queue', (under) => {
  it('gives every job to one worker, whichever process added it', async () => {
    const queue = newId();
    const other = await under.another();
    const seen: number[] = [];
    const work = under.platform.queues.work<{ number: number }>(
      queue,
      async ({ number }) => void seen.push(number),
      {
        concurrency: 4,
      },
    );
    await other.queues.addBulk(
      queue,
      Array.from({ length: 50 }, (_, number) => ({ data: { number }, jobId: `job-${number}` })),
    );
    await eventually(() => expect(seen).toHaveLength(50));
    expect(new Set(seen).size).toBe(50);
    await work.stop();
    await other.close();
  });

  it('is worked on once the units of the process serve, and not by work that was stopped before', async () => {
    const queue = newId();
    const seen: string[] = [];
    const workAs = (name: string) =>
      under.platform.queues.work(queue, async () => void seen.push(name), { concurrency: 1 });
    const open = holdStartGate();
    try {
      const stopped = workAs('stopped');
      const waiting = workAs('waiting');
      await stopped.stop();
      await under.platform.queues.add(queue, {}, { jobId: 'early' });
      expect(await under.platform.queues.counts(queue)).toMatchObject({ waiting: 1, active: 0 });
      open();
      await eventually(() => expect(seen).toEqual(['waiting']));
      await waiting.stop();
    } finally {
      open();
    }
  });

  it('does not add a job twice under one id', async () => {
    const queue = newId();
    const seen: number[] = [];
    await under.platform.queues.add(queue, { number: 1 }, { jobId: 'same' });
    await under.platform.queues.add(queue, { number: 2 }, { jobId: 'same' });
    await under.platform.queues.add(queue, { number: 3 }, { jobId: 'another' });
    const work = under.platform.queues.work<{ number: number }>(
      queue,
      async ({ number }) => void seen.push(number),
      {
        concurrency: 1,
      },
    );
    await eventually(() => expect(seen).toContain(3));
    expect(seen).toEqual([1, 3]);
    await work.stop();
  });

  it('retries a failed job until it succeeds', async () => {
    const queue = newId();
    let attempts = 0;
    let isDone = false;
    const work = under.platform.queues.work(
      queue,
      async () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
        isDone = true;
      },
      { concurrency: 1 },
    );
    await under.platform.queues.add(queue, {}, { jobId: 'stubborn' });
    await eventually(() => expect(isDone).toBe(true));
    expect(attempts).toBe(3);
    await work.stop();
  });

  it('retries without limit', async () => {
    const queue = newId();
    const { queues, redis, pool } = under.platform;
    await queues.add(queue, {}, { jobId: 'hopeless' });
    await redis?.hset(`bull:${queue}:hopeless`, 'atm', 100_000);
    await pool?.query('UPDATE bullmq.job SET attempts_made = 100000 WHERE queue = $1', [queue]);
    const work = queues.work(queue, () => Promise.reject(new Error('not yet')), { concurrency: 1 });
    await eventually(async () => expect(await queues.counts(queue)).toMatchObject({ delayed: 1, failed: 0 }));
    await work.stop();
  });

  it('takes over a job from workers that were killed while it ran, any number of times', async () => {
    const queue = newId();
    await under.platform.queues.add(queue, {}, { jobId: 'deadly' });
    for (let death = 0; death < 3; death += 1) {
      const worker = spawn(process.execPath, [...TAKE_AND_HANG, queue], {
        env: { PATH: process.env.PATH, LOG_LEVEL: 'silent', ...under.settings },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(worker.stdout, 'data');
      worker.kill('SIGKILL');
    }
    let isDone = false;
    const work = under.platform.queues.work(
      queue,
      async () => {
        isDone = true;
      },
      { concurrency: 1, lockMilliseconds: 500 },
    );
    await eventually(() => expect(isDone).toBe(true));
    await work.stop();
  });

  it('stops although a job does not end', async () => {
    const queue = newId();
    const { promise: started, resolve: start } = promiseWithResolver();
    const work = under.platform.queues.work(
      queue,
      () => {
        start();
        return new Promise<void>(() => undefined);
      },
      { concurrency: 1 },
    );
    await under.platform.queues.add(queue, {}, { jobId: 'endless' });
    await started;
    await work.stop();
  });

  it('waits for the jobs in progress when it stops', async () => {
    const queue = newId();
    const { promise: started, resolve: start } = promiseWithResolver();
    const { promise: released, resolve: release } = promiseWithResolver();
    let isDone = false;
    const work = under.platform.queues.work(
      queue,
      async () => {
        start();
        await released;
        isDone = true;
      },
      { concurrency: 1 },
    );
    await under.platform.queues.add(queue, {}, { jobId: 'long' });
    await started;
    const stopped = work.stop();
    release();
    await stopped;
    expect(isDone).toBe(true);
  });
});

function promiseWithResolver() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
