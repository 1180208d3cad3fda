export * from './kit/paging.js';
