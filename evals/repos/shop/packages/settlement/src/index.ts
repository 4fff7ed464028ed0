export * from './claims-desk.js';
export * from './invoice.js';
export * from './ledger.js';
export * from './netting.js';
