/** What processes of this machine have used, by `/proc` of Linux: of each and its descendants, those that have ended included. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks a second, by which Linux counts the time of processes everywhere. */
const TICKS = 100;

/** User and system time. @throws Error where there is no /proc. */
export function processorMilliseconds(root: number): number {
  const ticks = treeOf(root).reduce((sum, pid) => sum + ticksOf(pid), 0);
  return (ticks * 1_000) / TICKS;
}

/** Bytes in memory, what several share divided among them (`Pss`). @throws Error where there is no /proc. */
export function memoryBytes(root: number): number {
  return treeOf(root).reduce((sum, pid) => {
    const [, kibibytes = '0'] = /^Pss: +(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
    return sum + Number(kibibytes) * 1_024;
  }, 0);
}

/** Of this process, by the program's name. */
export function childrenNamed(name: string): number[] {
  return execFileSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([pid, command]) => (command === name ? Number(pid) : []));
}

function treeOf(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree: number[] = [];
  const open = [root];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    tree.push(pid);
    open.push(...(children.get(pid) ?? []));
  }
  return tree;
}

function ticksOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): after the name in parentheses, utime to cstime are fields 14 to 17.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

/** Empty of a process that has ended meanwhile. */
function read(file: string): string {
  if (process.platform !== 'linux')
    throw new Error('What processes use is read from /proc: this runs on Linux.');
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
