/**
 * A copy of plain data that nobody can change, however deep: lists and plain objects are copied and frozen, anything
 * else is kept as it is.
 */
export function sealed<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map((item) => sealed(item))) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype || Object.isFrozen(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sealed(item)]);
  return Object.freeze(Object.fromEntries(entries)) as T;
}
