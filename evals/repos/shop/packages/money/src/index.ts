export * from './basis-points.js';
export * from './currency.js';
export * from './fee-schedule.js';
export * from './money.js';
export * from './rate-table.js';
export * from './rounding.js';
export * from './unit-price.js';
