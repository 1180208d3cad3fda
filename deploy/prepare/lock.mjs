/** One process prepares a clone at a time; others wait for it, and take over where it died. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export async function withLock(project, work) {
  // Not inside the clone: installing clears node_modules.
  const clone = createHash('sha256').update(project).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `kedai-prepare-${userInfo().username}-${clone}`);
  let reported = false;
  while (!take(file)) {
    if (!reported) process.stderr.write('  Waiting for another command that prepares this clone …\n');
    reported = true;
    await sleep(200);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAlive(readHolder(file))) return false;
    rmSync(file, { force: true });
    return take(file);
  }
}

function readHolder(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A holder that has not written its process id yet is alive. */
function isAlive(pid) {
  if (!pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
