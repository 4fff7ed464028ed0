export * from './check.js';
export * from './errors.js';
export * from './ids.js';
export * from './ordering.js';
export * from './sorted-list.js';
export * from './time.js';
export * from './topic.js';
export * from './weight.js';
