/** All of Kedai in one process, as `npm start` runs it, with a data folder and ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';

export interface WholeSystem {
  /** The gateway's GraphQL address. */
  readonly url: string;
  readonly mqttUrl: string;
  readonly process: ChildProcess;
  /** Everything it has said so far. */
  output(): string;
  /** Stops it and returns its exit code. */
  stop(): Promise<number | null>;
}

const READY = /^Ready: (\S+) \S+ (\S+)$/m;

/**
 * @param settings on top of free ports, and of a demo without a past.
 * @param folder a data folder to go on from; otherwise a new one, removed at the end.
 * @param project another checkout, installed and built.
 * @param options of `npm start`, such as --live.
 */
export async function startWholeSystem(
  settings: NodeJS.ProcessEnv = {},
  folder?: string,
  project: string = PROJECT_FOLDER,
  options: readonly string[] = [],
): Promise<WholeSystem> {
  const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), 'kedai-system-')));
  const child = spawn(process.execPath, [...startArguments(project), ...options], {
    cwd: project,
    env: {
      ...{ PATH: process.env.PATH, DATA_DIR: dataFolder, PORT: '0', MQTT_PORT: '0', DEMO_PAST: 'off' },
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const [, url = '', mqttUrl = ''] = await new Promise<RegExpExecArray>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
        const ready = READY.exec(output);
        if (ready) resolve(ready);
      });
    }
    child.once('exit', (code) => reject(new Error(`Ended with ${code} before it was ready:\n${output}`)));
  });
  return {
    url,
    mqttUrl,
    process: child,
    output: () => output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      if (folder === undefined) await rm(dataFolder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

/** What `npm start` gives Node, flags and all. */
function startArguments(project: string): string[] {
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  return String(scripts.start).split(' ').slice(1);
}
