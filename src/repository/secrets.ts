import { basename } from 'node:path';

const names = [
  /^\.(netrc|pgpass|npmrc|yarnrc\.yml|htpasswd|git-credentials)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx)$/i,
  /^(credentials|secrets?|service-?account)([.-].*)?\.(json|ya?ml|toml)$/i,
];
const folders = new Set(['.ssh', '.aws', '.gnupg', '.azure', '.gcloud', '.kube']);
const examples = /\.(example|sample|template|dist|defaults)$/;

/**
 * Whether a file's name says that it holds secrets. A file that git ignores is judged more strictly than one
 * that is tracked, or would be: there a certificate or `.env.test` is test data, and only real `.env` files count.
 */
export function isSecretFile(file: string, ignored: boolean): boolean {
  const name = basename(file);
  if (/^\.env(\..+)?$/.test(name))
    return !examples.test(name) && (ignored || !/^\.env\.(test|ci)$/.test(name));
  return (
    ignored &&
    (names.some((pattern) => pattern.test(name)) || file.split('/').some((part) => folders.has(part)))
  );
}
