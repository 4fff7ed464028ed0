export * from './call-sheet';
export * from './cast-list';
export * from './fly-plot';
export * from './grid';
export * from './part';
export * from './prop-store';
export * from './rest-rules';
