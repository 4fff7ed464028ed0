// CONTRACT: the owner of this file implements it over ripgrep-js (see design.md section 5).
export interface SearchMatch {
  file: string;
  line: number;
  text: string;
}
export interface Search {
  text(
    pattern: string,
    options?: { fixed?: boolean; glob?: string; ignoreCase?: boolean; limit?: number; signal?: AbortSignal },
  ): Promise<{ matches: SearchMatch[]; complete: boolean }>;
  files(glob?: string, options?: { limit?: number; signal?: AbortSignal }): Promise<{ files: string[]; complete: boolean }>;
}
export declare function openSearch(root: string, isWithheld: (file: string) => boolean): Search;
