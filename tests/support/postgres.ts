/** Vitest's global set-up: one embedded PostgreSQL for the whole run, gone when the run ends, however it ends. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The administrator's connection string. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-tests-'));
  const server = await startEmbeddedPostgres({ folder, durable: false });
  removeWhenWeDie(folder);
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** A run that is killed cannot clean up: a shell waits for that, at the other end of a pipe that dies with us. */
function removeWhenWeDie(folder: string): void {
  if (process.platform === 'win32') return;
  const script = `
    cat
    pid=$(head -n 1 "$0/cluster/postmaster.pid") && kill -INT "$pid"
    while kill -0 "$pid"; do sleep 0.1; done
    rm -rf "$0"
  `;
  const shell = spawn('sh', ['-c', script, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  if (shell.stdin && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function') shell.stdin.unref();
}
