/**
 * Draws documents as PDF in a worker thread, so that a long one holds up nobody else's work in this process: one at a time, in the order asked
 * for. Few wait, and none for longer than it is waited for; each is drawn within a time limit and in bounded memory, and a document that goes
 * beyond ends its thread, never the process; the next one has a new thread. The thread starts with the first document.
 */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PrintedDocument } from '../kit/printed-document.js';
import type { Log } from '../log.js';
import type { DrawingAnswer, DrawingRequest } from './drawing-worker.js';

export interface Drawing {
  /** @throws DrawingRefused */
  draw(document: PrintedDocument): Promise<Uint8Array<ArrayBuffer>>;
  stop(): Promise<void>;
}

/** BUSY: too many wait, so try again later. FAILED: this document cannot be drawn. */
export class DrawingRefused extends Error {
  override readonly name = 'DrawingRefused';
  readonly code: 'BUSY' | 'FAILED';

  constructor(code: 'BUSY' | 'FAILED', message: string) {
    super(message);
    this.code = code;
  }
}

export interface DrawingOptions {
  readonly log: Log;
  /** Node's options for the thread. Default: this process's. */
  readonly execArgv?: readonly string[] | undefined;
  /** Documents that may wait. Default 100. */
  readonly waiting?: number;
  /** For each, its wait, and its thread's start. Default 8 seconds: a gateway elsewhere waits for ten. */
  readonly timeoutMilliseconds?: number;
}

const MEMORY_MEGABYTES = 256;

interface Job extends DrawingRequest {
  /** When nobody waits for it any longer, by `performance.now()`. */
  readonly until: number;
  resolve(bytes: Uint8Array<ArrayBuffer>): void;
  reject(error: DrawingRefused): void;
}

export function startDrawing({
  log,
  execArgv,
  waiting = 100,
  timeoutMilliseconds = 8_000,
}: DrawingOptions): Drawing {
  const queue: Job[] = [];
  let current: { readonly job: Job; readonly timer: NodeJS.Timeout } | undefined;
  let worker: Worker | undefined;
  let lastId = 0;
  let isStopped = false;

  function startWorker(): Worker {
    const file = new URL(`./drawing-worker${extname(import.meta.url)}`, import.meta.url);
    const started = new Worker(file, {
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
      // It needs no setting and no secret.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
    });
    // It keeps no process alive.
    started.unref();
    started.on('message', (answer: DrawingAnswer) => {
      if (worker === started && current?.job.id === answer.id) finish(answer);
    });
    started.on('error', (error) => replace(started, String(error)));
    started.on('exit', (code) => replace(started, `The thread ended with ${code}`));
    return started;
  }

  function next(): void {
    if (current !== undefined || isStopped) return;
    const job = queue.shift();
    if (job === undefined) return;
    const left = job.until - performance.now();
    if (left <= 0) {
      job.reject(new DrawingRefused('BUSY', 'Too many documents wait'));
      next();
      return;
    }
    try {
      begin(job, left);
    } catch (error) {
      job.reject(new DrawingRefused('FAILED', String(error)));
      log.error({ error: String(error) }, 'no thread to draw documents in');
      next();
    }
  }

  /** @throws where no thread can be made. */
  function begin(job: Job, milliseconds: number): void {
    worker ??= startWorker();
    const asked = worker;
    const { id, document } = job;
    asked.postMessage({ id, document } satisfies DrawingRequest);
    const timer = setTimeout(
      () => replace(asked, `Not drawn within ${timeoutMilliseconds} ms`),
      milliseconds,
    );
    current = { job, timer };
  }

  function finish(outcome: DrawingAnswer): void {
    const finished = current;
    if (finished === undefined) return;
    clearTimeout(finished.timer);
    current = undefined;
    if ('bytes' in outcome) finished.job.resolve(outcome.bytes);
    else {
      log.error(
        { error: outcome.failure, documentTitle: finished.job.document.documentTitle },
        'document not drawn',
      );
      finished.job.reject(new DrawingRefused('FAILED', outcome.failure));
    }
    next();
  }

  /** Ends a thread that cannot go on, with the document that it was at. */
  function replace(ended: Worker, failure: string): void {
    if (worker !== ended) return;
    worker = undefined;
    void ended.terminate();
    if (current !== undefined) finish({ id: current.job.id, failure });
  }

  return {
    draw(document) {
      if (isStopped || queue.length >= waiting)
        return Promise.reject(new DrawingRefused('BUSY', 'Too many documents wait'));
      return new Promise((resolve, reject) => {
        lastId += 1;
        const until = performance.now() + timeoutMilliseconds;
        queue.push({ id: lastId, document, until, resolve, reject });
        next();
      });
    },
    async stop() {
      isStopped = true;
      const ended = worker;
      worker = undefined;
      if (current !== undefined) finish({ id: current.job.id, failure: 'The process stops' });
      for (const { reject } of queue.splice(0)) reject(new DrawingRefused('BUSY', 'The process stops'));
      await ended?.terminate();
    },
  };
}
