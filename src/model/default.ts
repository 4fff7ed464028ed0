/** The model that answers where neither a flag nor the configuration names one. */
export const DEFAULT_MODEL = 'claude-opus-5-5';
