/** `npm run fleet:secrets`: generates the secrets of a fleet in the project's folder; with `--demo`, for the demo chain. */
import { parseArgs } from 'node:util';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { makeFleetSecrets } from './fleet-secrets.js';

const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } });
await makeFleetSecrets(PROJECT_FOLDER, values);
process.stdout.write('Secrets are in .env and .secrets/. Next: docker-compose up --build\n');
