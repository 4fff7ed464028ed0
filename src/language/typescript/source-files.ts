/** By its name a TypeScript file, declarations included. */
export const isSource = (file: string): boolean => /\.[cm]?tsx?$/.test(file);
