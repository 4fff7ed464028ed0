export * from './detector.ts';
export * from './frame-planner.ts';
