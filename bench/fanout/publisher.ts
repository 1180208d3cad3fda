/** The process of the bench's subgraphs. */
import { serveSubgraphs } from './subgraphs.js';

await serveSubgraphs(Number(process.env.LEVELS_PORT), Number(process.env.ITEMS_PORT));
