export * from './load-planner';
export * from './network';
export * from './router';
export * from './shipment';
export * from './tariff';
