import { enableCompileCache } from 'node:module';
import { compileCacheDir } from './paths.ts';

/**
 * Keeps the compiled code of our own modules for the next start. Not in Node's default, a folder with a known name
 * among everybody's temporary files: whoever makes it first decides what we run. Where it cannot be written, nothing
 * is kept and nothing fails.
 */
export const keepCompiledCode = (): void => {
  enableCompileCache(compileCacheDir());
};
