/** What every generated module builds on: an abstract entity, a result, a repository, an event bus. */

export const kernel: Record<string, string> = {
  'src/kernel/result.ts': `/** What went wrong, or what came out. */
export type Result<T, E = Failure> = { ok: true; value: T } | { ok: false; error: E };

export interface Failure {
  code: string;
  message: string;
  cause?: Failure;
}

export function succeed<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

export function fail(code: string, message: string, cause?: Failure): Result<never> {
  return { ok: false, error: cause === undefined ? { code, message } : { code, message, cause } };
}

export function mapResult<T, U, E>(result: Result<T, E>, map: (value: T) => U): Result<U, E> {
  return result.ok ? { ok: true, value: map(result.value) } : result;
}
`,
  'src/kernel/types.ts': `export type Brand<T, Name extends string> = T & { readonly brand: Name };

export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type KeysOf<T, Value> = { [Key in keyof T]-?: T[Key] extends Value ? Key : never }[keyof T];

export type Handlers<Events extends object> = {
  [Name in keyof Events as \`on\${Capitalize<string & Name>}\`]?: (event: Events[Name]) => void;
};
`,
  'src/kernel/entity.ts': `import type { EventBus } from './event-bus';
import type { Brand } from './types';

export type EntityId = Brand<string, 'entity-id'>;

export interface EntityEvents {
  created: { id: EntityId; at: number };
  changed: { id: EntityId; field: string };
  removed: { id: EntityId };
}

/** Base of everything that has an identity. */
export abstract class Entity<Data extends object> {
  readonly id: EntityId;
  protected data: Data;
  private bus: EventBus<EntityEvents> | undefined;

  protected constructor(id: EntityId, data: Data) {
    this.id = id;
    this.data = data;
  }

  abstract get kind(): string;

  attach(bus: EventBus<EntityEvents>): this {
    this.bus = bus;
    bus.emit('created', { id: this.id, at: 0 });
    return this;
  }

  read<Key extends keyof Data>(key: Key): Data[Key] {
    return this.data[key];
  }

  protected write<Key extends keyof Data & string>(key: Key, value: Data[Key]): void {
    this.data = { ...this.data, [key]: value };
    this.bus?.emit('changed', { id: this.id, field: key });
  }

  toString(): string {
    return \`\${this.kind}(\${this.id})\`;
  }
}
`,
  'src/kernel/event-bus.ts': `import type { Handlers } from './types';

export class EventBus<Events extends object> {
  private readonly listeners = new Map<keyof Events, ((event: never) => void)[]>();

  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    const known = this.listeners.get(name) ?? [];
    known.push(listener);
    this.listeners.set(name, known);
    return () => {
      this.listeners.set(
        name,
        (this.listeners.get(name) ?? []).filter((one) => one !== listener),
      );
    };
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): number {
    const known = (this.listeners.get(name) ?? []) as ((event: Events[Name]) => void)[];
    for (const listener of known) listener(event);
    return known.length;
  }

  bind(handlers: Handlers<Events>): number {
    return Object.keys(handlers).length;
  }
}
`,
  'src/kernel/repository.ts': `import type { Entity, EntityId } from './entity';
import { fail, type Result, succeed } from './result';

export interface Repository<Item extends Entity<object>> {
  find(id: EntityId): Promise<Item | undefined>;
  list(accept?: (item: Item) => boolean): Promise<readonly Item[]>;
  save(item: Item): Promise<Result<Item>>;
}

export class MemoryRepository<Item extends Entity<object>> implements Repository<Item> {
  private readonly items = new Map<EntityId, Item>();

  async find(id: EntityId): Promise<Item | undefined> {
    return this.items.get(id);
  }

  async list(accept: (item: Item) => boolean = () => true): Promise<readonly Item[]> {
    return [...this.items.values()].filter(accept);
  }

  async save(item: Item): Promise<Result<Item>> {
    if (this.items.has(item.id)) return fail('exists', \`\${item.id} is there already\`);
    this.items.set(item.id, item);
    return succeed(item);
  }
}
`,
  'src/kernel/index.ts': `export * from './entity';
export * from './event-bus';
export * from './repository';
export * from './result';
export * from './types';
`,
};
