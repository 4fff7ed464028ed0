export * from './commodity.js';
export * from './grader.js';
export * from './lot.js';
export * from './lot-registry.js';
export * from './shelf-life.js';
export * from './temperature.js';
export * from './temperature-log.js';
