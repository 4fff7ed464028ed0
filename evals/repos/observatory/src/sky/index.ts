export * from './angle.ts';
export * from './bands.ts';
export * from './horizon-mask.ts';
export * from './target.ts';
export * from './track.ts';
