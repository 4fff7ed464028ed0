export * from './night-queue.ts';
export * from './quota-book.ts';
export * from './weather-watch.ts';
export * from './weather.ts';
