import type { Random } from './random.ts';

/** One folder of the generated repository: contracts, a hierarchy of entities, a service, a barrel. */
export interface ModulePlan {
  /** `m007`; its folder below `src/`. */
  name: string;
  /** Names of its entity classes; the first is the abstract base of the others. */
  entities: readonly [string, ...string[]];
  /** Lines that each entity file is filled up to. */
  linesPerFile: number;
  /** The module that this one and that one's entities refer to: imports run in a circle. */
  neighbour: { name: string; entity: string };
}

const FIELDS = ['amount', 'weight', 'priority', 'balance', 'capacity', 'duration'] as const;
const TOPICS = [
  'Invoice',
  'Ledger',
  'Parcel',
  'Route',
  'Tariff',
  'Contract',
  'Shipment',
  'Account',
  'Depot',
  'Quote',
  'Claim',
  'Voucher',
] as const;

/** A class name that no other module has. */
export const entityName = (module: number, index: number): string =>
  `${TOPICS[(module + index) % TOPICS.length] ?? TOPICS[0]}${module}x${index}`;

export const fileOf = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

export function moduleFiles(plan: ModulePlan, random: Random): Record<string, string> {
  const { name, entities } = plan;
  const folder = `src/${name}`;
  const [base, ...rest] = entities;
  const files: Record<string, string> = {
    [`${folder}/contracts.ts`]: contracts(plan),
    [`${folder}/${fileOf(base)}.ts`]: entity(plan, base, undefined, random),
    [`${folder}/service.ts`]: service(plan),
    [`${folder}/index.ts`]: barrel(entities),
  };
  for (const [i, one] of rest.entries()) {
    // Hierarchies of some depth: every third class starts a new branch at the base.
    const parent = i % 3 === 0 ? base : (rest[i - 1] ?? base);
    files[`${folder}/${fileOf(one)}.ts`] = entity(plan, one, parent, random);
  }
  return files;
}

const barrel = (entities: readonly string[]): string =>
  ['contracts', ...entities.map(fileOf), 'service']
    .sort()
    .map((file) => `export * from './${file}';\n`)
    .join('');

function contracts({ name, entities, neighbour }: ModulePlan): string {
  const [base] = entities;
  const suffix = name.toUpperCase();
  return `import type { DeepReadonly, EntityId, KeysOf } from '../kernel/index';
import type { ${neighbour.entity} } from '../${neighbour.name}/index';

export interface ${base}Data {
  title: string;
  ${FIELDS.map((field) => `${field}: number;`).join('\n  ')}
  tags: string[];
  partner?: ${neighbour.entity};
}

export type ${suffix}Numbers = KeysOf<${base}Data, number>;
export type ${suffix}Snapshot = DeepReadonly<Omit<${base}Data, 'partner'>>;

export interface ${suffix}Policy<Subject extends { id: EntityId }> {
  readonly name: string;
  accepts(subject: Subject): boolean;
  explain?(subject: Subject, field: ${suffix}Numbers): string;
}

export type ${suffix}Change =
  | { type: 'renamed'; id: EntityId; title: string }
  | { type: 'counted'; id: EntityId; field: ${suffix}Numbers; by: number }
  | { type: 'tagged'; id: EntityId; tags: readonly string[] };

export function describeChange(change: ${suffix}Change): string {
  switch (change.type) {
    case 'renamed':
      return \`\${change.id} is now \${change.title}\`;
    case 'counted':
      return \`\${change.field} of \${change.id} by \${change.by}\`;
    case 'tagged':
      return \`\${change.id}: \${change.tags.join(', ')}\`;
  }
}
`;
}

function entity(plan: ModulePlan, name: string, parent: string | undefined, random: Random): string {
  const { neighbour, entities } = plan;
  const [base] = entities;
  const head = parent
    ? `import { fail, type Repository, type Result, succeed } from '../kernel/index';
import type { ${neighbour.entity} } from '../${neighbour.name}/index';
import { ${parent} } from './${fileOf(parent)}';

export class ${name} extends ${parent} {
  override get kind(): string {
    return '${fileOf(name)}';
  }
`
    : `import { Entity, type EntityId, fail, type Repository, type Result, succeed } from '../kernel/index';
import type { ${neighbour.entity} } from '../${neighbour.name}/index';
import type { ${base}Data } from './contracts';

export class ${name} extends Entity<${base}Data> {
  constructor(id: EntityId, data: ${base}Data) {
    super(id, data);
  }

  get kind(): string {
    return '${fileOf(name)}';
  }
`;
  // Names carry the class: members of a subclass never clash with those it inherits.
  const parts = [head];
  let lines = countLines(head) + 1;
  for (let i = 0; i < 3 || lines < plan.linesPerFile; i++) {
    const template = i < 3 ? (METHODS[i] ?? METHODS[0]) : random.pick(METHODS);
    const method = template({
      method: `${fileOf(name).replace(/-/g, '')}${i}`,
      field: random.pick(FIELDS),
      other: random.pick(FIELDS),
      factor: 2 + random.below(97),
      neighbour: neighbour.entity,
    });
    parts.push(method);
    lines += countLines(method) + 1;
  }
  return `${parts.join('\n')}}\n`;
}

interface MethodPlan {
  method: string;
  field: string;
  other: string;
  factor: number;
  neighbour: string;
}

const METHODS: readonly [(plan: MethodPlan) => string, ...((plan: MethodPlan) => string)[]] = [
  ({ method, field, neighbour }) => `  /** Ties this one to its partner, once. */
  link${method}(partner: ${neighbour}): Result<${neighbour}> {
    if (this.data.partner === partner) return fail('linked', \`\${partner.kind} is linked already\`);
    if (this.data.${field} < 0) return fail('negative', '${field} is below zero');
    this.write('partner', partner);
    return succeed(partner);
  }
`,
  ({ method, field, other, factor }) => `  total${method}(factor = ${factor}): number {
    let sum = this.data.${field} * factor;
    for (const tag of this.data.tags) sum += tag.length * this.data.${other};
    if (sum > ${factor * 1000}) sum = Math.round(sum / factor);
    return sum;
  }
`,
  ({
    method,
    field,
    neighbour,
  }) => `  async load${method}(repository: Repository<${neighbour}>): Promise<readonly string[]> {
    const found = await repository.list((item) => item.read('${field}') === this.data.${field});
    return found.map((item) => \`\${item.kind}: \${item.read('title')}\`);
  }
`,
  ({
    method,
    field,
  }) => `  group${method}<Key extends string>(keyOf: (tag: string, index: number) => Key): Map<Key, string[]> {
    const groups = new Map<Key, string[]>();
    for (const [index, tag] of this.data.tags.entries()) {
      const key = keyOf(tag, index + this.data.${field});
      const group = groups.get(key);
      if (group) group.push(tag);
      else groups.set(key, [tag]);
    }
    return groups;
  }
`,
  ({ method, field, other, factor }) => `  set${method}(value: number): this {
    const bounded = Math.min(Math.max(value, -${factor}), ${factor});
    this.write('${field}', bounded);
    if (bounded === ${factor}) this.write('${other}', this.data.${other} + 1);
    return this;
  }
`,
  ({
    method,
    field,
    other,
    factor,
  }) => `  fold${method}<State>(start: State, step: (state: State, tag: string) => State): { state: State; score: number } {
    const state = this.data.tags.reduce(step, start);
    const score = [this.data.${field}, this.data.${other}, ${factor}]
      .filter((value) => Number.isFinite(value))
      .map((value, index) => value * (index + 1))
      .reduce((sum, value) => sum + value, 0);
    return { state, score };
  }
`,
  ({
    method,
    field,
    factor,
  }) => `  describe${method}(prefix: string, options: { long?: boolean; unit?: string } = {}): string {
    const { long = false, unit = 'u${factor}' } = options;
    const short = \`\${prefix}\${this.data.title}: \${this.data.${field}} \${unit}\`;
    if (!long) return short;
    const tags = this.data.tags.map((tag) => tag.toUpperCase()).join(', ');
    return tags === '' ? short : \`\${short} (\${tags})\`;
  }
`,
];

function service({ name, entities, neighbour }: ModulePlan): string {
  const [base] = entities;
  const last = entities.at(-1) ?? base;
  const suffix = name.toUpperCase();
  return `import { EventBus, type EntityEvents, type EntityId, MemoryRepository, mapResult, type Result } from '../kernel/index';
import { ${neighbour.entity} } from '../${neighbour.name}/index';
import { type ${suffix}Change, type ${suffix}Policy, describeChange } from './contracts';
import { ${base} } from './${fileOf(base)}';
${last === base ? '' : `import { ${last} } from './${fileOf(last)}';\n`}
export class ${suffix}Service {
  private readonly items = new MemoryRepository<${base}>();
  private readonly bus = new EventBus<EntityEvents>();
  private readonly policies: ${suffix}Policy<${base}>[] = [];

  require(policy: ${suffix}Policy<${base}>): this {
    this.policies.push(policy);
    return this;
  }

  async add(item: ${base}): Promise<Result<string>> {
    const refused = this.policies.find((policy) => !policy.accepts(item));
    if (refused) return { ok: false, error: { code: 'refused', message: refused.name } };
    return mapResult(await this.items.save(item.attach(this.bus)), (saved) => saved.toString());
  }

  open(id: EntityId, title: string, partner?: ${neighbour.entity}): ${last} {
    const data = { title, amount: 0, weight: 0, priority: 0, balance: 0, capacity: 0, duration: 0, tags: [] };
    return new ${last}(id, partner instanceof ${neighbour.entity} ? { ...data, partner } : data);
  }

  history(changes: readonly ${suffix}Change[]): string[] {
    return changes.map(describeChange);
  }
}
`;
}

export const countLines = (text: string): number => text.split('\n').length - 1;
