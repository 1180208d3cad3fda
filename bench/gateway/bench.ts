/**
 * `npm run bench -- gateway`: Kedai's gateway and its peers in front of the same subgraphs, one after the other on the same
 * core, with subgraphs and clients on another. Ours verifies every token and enforces the supergraph's access directives,
 * which the peers do not; our gateway without them is measured as well.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { Bench } from '../result.js';
import { FLOOR, HIVES, installPeers, OURS, OURS_GUARDED, OURS_SHARED, PLAIN } from './contenders.js';
import { figuresOf, ratios, sharing } from './figures.js';
import { signInGuests } from './guests.js';
import { freePort, type Measured, type Measurements, measure } from './measure.js';
import { IS_PINNED, MEASURING_CORE, pinMyself, startPinned } from './pinned-process.js';
import { type Scene, supergraphOf } from './scene.js';
import { SCENES } from './scenes.js';

const CONTENDERS = [OURS_GUARDED, OURS, OURS_SHARED, PLAIN, FLOOR, ...HIVES];

/** The rates and times of every gateway in one scene. */
async function play(scene: Scene, report: (progress: string) => void): Promise<readonly Measurements[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const upstream = `http://127.0.0.1:${await freePort()}`;
  const [supergraphFile, guardedSupergraphFile] = [
    join(folder, 'supergraph.graphql'),
    join(folder, 'guarded.graphql'),
  ];
  const urlOf = (name: string) => `${upstream}/${name}`;
  await writeFile(supergraphFile, supergraphOf(scene, urlOf, false));
  await writeFile(guardedSupergraphFile, supergraphOf(scene, urlOf, true));
  const guests = await signInGuests(folder);
  const replay = startPinned(MEASURING_CORE, {
    arguments: [join(PROJECT_FOLDER, 'dist/bench/gateway/replay.js')],
    environment: { PORT: new URL(upstream).port, SCENE: scene.name },
  });
  try {
    const surroundings = { scene, supergraphFile, guardedSupergraphFile, guests, upstream };
    return await measure(CONTENDERS, surroundings, report);
  } finally {
    await replay.stop();
    await rm(folder, { recursive: true });
  }
}

export const bench: Bench = async (report) => {
  await installPeers(report);
  report(IS_PINNED ? 'each gateway alone on one core' : 'taskset is not installed: processes are not pinned');
  pinMyself();
  const all = CONTENDERS.map(() => new Map<string, Measured>());
  for (const scene of SCENES) {
    const measured = await play(scene, report);
    for (const [index, measurements] of measured.entries()) {
      for (const [name, one] of measurements) all[index]?.set(name, one);
    }
  }
  const [ours, unguarded, shared, plain, floor, ...hives] = all;
  if (!ours || !unguarded || !shared || !plain || !floor) throw new Error('Nothing was measured');
  const peers = CONTENDERS.map(({ name }, index) => [name, figuresOf(all[index] ?? new Map())] as const);
  return {
    figures: {
      ...figuresOf(ours, [plain, ...hives]),
      ...ratios(ours, plain, hives, floor),
      ...sharing(shared, unguarded),
    },
    peers: Object.fromEntries(peers.slice(1)),
  };
};
