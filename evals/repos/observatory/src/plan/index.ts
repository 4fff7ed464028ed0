export * from './request.ts';
export * from './visibility-finder.ts';
