import { fileURLToPath } from 'node:url';

export { fileUri } from '../../client.ts';

export const pathOfUri = (uri: string): string => (uri.startsWith('file:') ? fileURLToPath(uri) : uri);
