/**
 * The class that the bench judges candidates of, with a fixed number of files that use it: the same in a repository
 * of any size, so that what grows is the repository alone.
 */

export const TARGET_FILE = 'src/target/settlement.ts';
export const TARGET_CLASS = 'Settlement';
/** Files that use the class; two barrels come on top. */
export const DEPENDENTS = 12;

const IMPORTS = [
  "import { Entity, type EntityId, fail, MemoryRepository, type Result, succeed } from '../kernel/index';",
  "import { type M000Change, M000Service } from '../m000/index';",
];

export interface TargetOptions {
  /** Names a member, so that no two texts are alike and dependents see another class. */
  revision?: number;
  /** Draws one error: in the file itself, or in each dependent. */
  broken?: 'itself' | 'dependents' | undefined;
}

/** The class alone, as a model would submit it. */
export function targetClass({ revision = 0, broken }: TargetOptions = {}): string {
  const balanceOf = broken === 'dependents' ? `balanceOf${revision}` : 'balanceOf';
  return `/** Settles what accounts owe each other, in the order in which it fell due. */
export class Settlement extends Entity<SettlementData> {
  private readonly archive = new MemoryRepository<Settlement>();
  private readonly service = new M000Service();

  constructor(id: EntityId, data: SettlementData) {
    super(id, data);
  }

  get kind(): string {
    return 'settlement';
  }

  get revision${revision}(): number {
    return ${broken === 'itself' ? `'${revision}'` : revision};
  }

  add(entry: SettlementEntry): Result<number> {
    if (!Number.isFinite(entry.amount)) return fail('amount', 'An entry needs an amount.');
    this.write('entries', [...this.data.entries, entry]);
    return succeed(this.data.entries.length);
  }

  ${balanceOf}(account: string): number {
    return this.data.entries
      .filter(({ from, to }) => from === account || to === account)
      .reduce((sum, { from, amount }) => sum + (from === account ? -amount : amount), 0);
  }

  byAccount(): Map<string, SettlementEntry[]> {
    const accounts = new Map<string, SettlementEntry[]>();
    for (const entry of this.data.entries) {
      for (const account of [entry.from, entry.to]) {
        const known = accounts.get(account) ?? [];
        known.push(entry);
        accounts.set(account, known);
      }
    }
    return accounts;
  }

  async close(): Promise<Result<SettlementReport>> {
    const open = this.data.entries.filter((entry) => entry.due > this.data.until);
    if (open.length > 0) return fail('open', \`\${open.length} entries are not due yet\`);
    const saved = await this.archive.save(this);
    if (!saved.ok) return saved;
    const accounts = [...this.byAccount().keys()].sort();
    return succeed({ accounts, balances: accounts.map((account) => this.${balanceOf}(account)) });
  }

  explain(changes: readonly M000Change[]): string {
    return [\`\${this.kind} until \${this.data.until}\`, ...this.service.history(changes)].join('\\n');
  }

  static between(id: EntityId, from: string, to: string, amounts: readonly number[]): Settlement {
    const entries = amounts.map((amount, due) => ({ from, to, amount, due }));
    return new Settlement(id, { until: amounts.length, entries });
  }
}
`;
}

const CONTRACTS = `
export interface SettlementEntry {
  from: string;
  to: string;
  amount: number;
  due: number;
}

export interface SettlementData {
  until: number;
  entries: SettlementEntry[];
}

export interface SettlementReport {
  accounts: string[];
  balances: number[];
}

`;

/** The whole target file. */
export const targetText = (options: TargetOptions = {}): string =>
  `${IMPORTS.join('\n')}\n${CONTRACTS}${targetClass(options)}`;

export function targetFiles(): Record<string, string> {
  const files: Record<string, string> = {
    [TARGET_FILE]: targetText(),
    'src/target/index.ts': "export * from './settlement';\n",
  };
  for (let i = 0; i < DEPENDENTS; i++) files[`src/target/report-${i}.ts`] = dependent(i);
  return files;
}

/** Every other one imports through the barrel. */
const dependent = (i: number): string => `import type { EntityId, Result } from '../kernel/index';
import { Settlement, type SettlementReport } from './${i % 2 === 0 ? 'settlement' : 'index'}';

export class Report${i} {
  constructor(private readonly settlement: Settlement) {}

  async totals(): Promise<Result<number>> {
    const closed: Result<SettlementReport> = await this.settlement.close();
    if (!closed.ok) return closed;
    return { ok: true, value: closed.value.balances.reduce((sum, balance) => sum + balance, ${i}) };
  }

  largest(account: string): number {
    const entries = this.settlement.byAccount().get(account) ?? [];
    return Math.max(...entries.map(({ amount }) => amount), this.settlement.balanceOf(account));
  }

  static of(id: EntityId, amounts: readonly number[]): Report${i} {
    return new Report${i}(Settlement.between(id, 'a${i}', 'b${i}', amounts));
  }
}
`;
