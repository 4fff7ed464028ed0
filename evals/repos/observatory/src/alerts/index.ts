export * from './follow-up-desk.ts';
export * from './rules.ts';
