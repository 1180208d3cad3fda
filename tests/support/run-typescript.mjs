/**
 * Lets a plain `node` process run the project's TypeScript as it stands: `node --import <this file> some/file.ts`.
 * For tests that start processes of their own and developer commands; what users run is the build.
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
