/**
 * `npm run bench -- gateway`: Kedai's gateway and its peers in front of the same subgraphs, one after the other on the same
 * core, while the subgraphs and whoever asks are on another.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { Bench } from '../result.js';
import { FLOOR, HIVES, installPeers, OURS, PLAIN } from './contenders.js';
import { figuresOf, ratios } from './figures.js';
import { freePort, measure } from './measure.js';
import { IS_PINNED, MEASURING_CORE, pinMyself, startPinned } from './pinned-process.js';
import { composeSupergraph } from './subgraphs.js';

export const bench: Bench = async (report) => {
  await installPeers(report);
  report(IS_PINNED ? 'each gateway alone on one core' : 'taskset is not here: nothing is kept to a core');
  pinMyself();
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const upstream = `http://127.0.0.1:${await freePort()}`;
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(
    supergraphFile,
    composeSupergraph((name) => `${upstream}/${name}`),
  );
  const replay = startPinned(MEASURING_CORE, {
    arguments: [join(PROJECT_FOLDER, 'dist/bench/gateway/replay.js')],
    environment: { PORT: new URL(upstream).port },
  });
  try {
    const contenders = [OURS, PLAIN, FLOOR, ...HIVES];
    const measured = await measure(contenders, { supergraphFile, upstream }, report);
    const [ours, plain, floor, ...hives] = measured;
    if (!ours || !plain || !floor) throw new Error('Nothing was measured');
    const peers = contenders.map(
      ({ name }, index) => [name, figuresOf(measured[index] ?? new Map())] as const,
    );
    return {
      figures: { ...figuresOf(ours, [plain, ...hives]), ...ratios(ours, plain, hives, floor) },
      peers: Object.fromEntries(peers.slice(1)),
    };
  } finally {
    await replay.stop();
    await rm(folder, { recursive: true });
  }
};
