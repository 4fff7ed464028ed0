export * from './alerts/index.ts';
export * from './instruments/index.ts';
export * from './kernel/index.ts';
export * from './plan/index.ts';
export * from './queue/index.ts';
export * from './reduction/index.ts';
export * from './sky/index.ts';
