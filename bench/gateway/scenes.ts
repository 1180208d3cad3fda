import { KEDAI } from './kedai.js';
import type { Scene } from './scene.js';
import { SHOP } from './shop.js';

export const SCENES: readonly Scene[] = [SHOP, KEDAI];
