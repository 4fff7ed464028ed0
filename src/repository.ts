// CONTRACT: the owner of this file implements it.
/** What Classwright knows of a repository before any language server: found by syntax, nothing is executed. */
export interface PackageInfo {
  name: string | undefined;
  /** Repository-relative folder, '' for the root. */
  dir: string;
  manifest: {
    type: 'module' | 'commonjs';
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
    scripts: Record<string, string>;
  };
}

export interface Repository {
  /** Absolute real path of the workspace root or git root, whichever is outermost and holds the target. */
  root: string;
  git: { root: string; head: string | undefined } | undefined;
  packageManager: { name: 'npm' | 'pnpm' | 'yarn'; version: string | undefined; pnp: boolean };
  packages: PackageInfo[];
  /** The package that holds the target file: the deepest whose folder contains it. */
  target: PackageInfo;
  /** What a user should know and can live with: 'not a git repository', … */
  notes: string[];
}

export declare function openRepository(options: { cwd: string; targetFile: string }): Promise<Repository>;
