export * from './kit/input.js';
