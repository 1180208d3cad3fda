/** `npm run fleet:secrets`: generates the secrets of a fleet in the project's folder. */
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { makeFleetSecrets } from './fleet-secrets.js';

await makeFleetSecrets(PROJECT_FOLDER);
process.stdout.write('Secrets are in .env and .secrets/. Next: docker-compose up --build\n');
