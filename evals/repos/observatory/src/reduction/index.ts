export * from './calibration-shelf.ts';
export * from './frames.ts';
export * from './light-curve.ts';
export * from './sample-sieve.ts';
