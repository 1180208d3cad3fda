/** Certificates made by the commands of docs/mqtt.md, word for word but for the shelf's id. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { describeNeeding } from './program.js';

export const describeWithOpenssl = describeNeeding('openssl');

export interface Certificates {
  /** Of one of the files that the commands write: `ca.pem`, `broker.pem`, `shelf.key` and so on. */
  file(name: string): string;
  read(name: string): Promise<Buffer>;
  remove(): Promise<void>;
}

/** An authority with a broker of `localhost`, and with a device of the given name. */
export async function makeCertificates(deviceName: string): Promise<Certificates> {
  const documentation = await readFile(join(PROJECT_FOLDER, 'docs', 'mqtt.md'), 'utf8');
  const [, commands] = /```sh\n(# The authority[\s\S]*?)```/.exec(documentation) ?? [];
  if (commands === undefined) throw new Error('docs/mqtt.md shows no commands that make certificates');
  const folder = await mkdtemp(join(tmpdir(), 'kedai-certificates-'));
  await promisify(execFile)('sh', ['-ec', commands.replaceAll('{shelfId}', deviceName)], { cwd: folder });
  const file = (name: string) => join(folder, name);
  return {
    file,
    read: (name) => readFile(file(name)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
