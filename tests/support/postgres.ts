/** Vitest's global set-up: one embedded PostgreSQL for the whole run, gone when the run ends. */
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
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
