export * from './hold-desk';
export * from './night';
export * from './price-book';
export * from './settlement';
export * from './subscriptions';
export * from './terms';
