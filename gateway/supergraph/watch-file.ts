/** Publishes the supergraph of a file, and again whenever the file changes. A changed file that is refused is logged. */
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { SupergraphManager } from '@apollo/gateway';
import type { Log } from '../../platform/log.js';

const POLL_MILLISECONDS = 500;

export function watchSupergraphFile(file: string, log: Log): SupergraphManager {
  return {
    async initialize({ update }) {
      const supergraphSdl = await readFile(file, 'utf8');
      const publish = async () => {
        try {
          update(await readFile(file, 'utf8'));
        } catch (error) {
          log.error({ file, error: String(error) }, 'the changed supergraph file is not served');
        }
      };
      const onStat = () => void publish();
      watchFile(file, { interval: POLL_MILLISECONDS, persistent: false }, onStat);
      return { supergraphSdl, cleanup: async () => unwatchFile(file, onStat) };
    },
  };
}
