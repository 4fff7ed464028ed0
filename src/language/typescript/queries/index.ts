import type { Answer, LanguageSession } from '../../language.ts';
import type { QueryContext } from '../context.ts';
import { importsFor } from './imports.ts';
import { type Coverage, createLoader } from './load.ts';
import { packageApi } from './package-api.ts';
import { membersOf, typeAt, typeOfExpression } from './probe.ts';
import { resolveName } from './resolve.ts';
import { describe, signaturesOf } from './type-info.ts';
import { declarationNodes, declarationOf, implementationsOf, symbolsLike, usesOf } from './usages.ts';

export type Queries = Pick<
  LanguageSession,
  | 'findSymbol'
  | 'typeInfo'
  | 'signature'
  | 'body'
  | 'typeAt'
  | 'typeOfExpression'
  | 'references'
  | 'implementations'
  | 'importsFor'
  | 'packageApi'
  | 'membersOf'
>;

/** The questions of a `LanguageSession`, asked one after the other: some lay a text in place of the target. */
export function createQueries(context: QueryContext): Queries {
  const { server } = context;
  const load = createLoader(context);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const answer = <T>(value: T, coverage: Coverage = { complete: true }): Answer<T> => ({
    value,
    ...coverage,
  });
  const headOf = (name: string): string => name.split('.')[0] ?? name;
  const segmentOf = (name: string): string => name.split('.').at(-1) ?? name;

  return {
    findSymbol: (query, limit = 20) =>
      inTurn(async () => {
        const coverage = await load.declarations(query, true);
        const hits = await server.query('symbols by name', (snapshot) =>
          symbolsLike(context, snapshot, query, limit),
        );
        return answer(hits, coverage);
      }),

    typeInfo: (name, file) =>
      inTurn(async () => {
        if (file !== undefined) await context.projectFor(context.absolute(file));
        const coverage = file === undefined ? await load.declarations(headOf(name)) : undefined;
        return server.query('a type', async (snapshot) => {
          const found = await resolveName(context, snapshot, name, file);
          const infos = await Promise.all(found.map((one) => describe(context, one)));
          return answer(
            infos.filter((info) => info !== undefined),
            coverage,
          );
        });
      }),

    signature: (name, member) =>
      inTurn(async () => {
        const coverage = await load.declarations(headOf(name));
        return server.query('signatures', async (snapshot) => {
          const found = await resolveName(context, snapshot, name);
          const members = await Promise.all(found.map((one) => signaturesOf(context, one, member)));
          return answer(members.flat(), coverage);
        });
      }),

    body: (name, member) =>
      inTurn(async () => {
        const coverage = await load.declarations(headOf(name));
        return server.query('the text of a declaration', async (snapshot) => {
          const found = await resolveName(context, snapshot, name);
          const nodes = await Promise.all(found.map((one) => declarationNodes(one, member)));
          const shown = member === undefined ? segmentOf(name) : `${name}.${member}`;
          return answer(
            nodes.flat().map((node) => declarationOf(node, shown, context)),
            coverage,
          );
        });
      }),

    typeAt: (location) => inTurn(() => typeAt(context, location)),
    typeOfExpression: (expression) => inTurn(() => typeOfExpression(context, expression)),
    membersOf: (expression) => inTurn(() => membersOf(context, expression)),

    references: (name, member) =>
      inTurn(async () => {
        await load.declarations(headOf(name));
        const coverage = await load.mentions(
          member === undefined || member === 'constructor' ? segmentOf(name) : member,
        );
        return server.query('references', async (snapshot) => {
          const found = await resolveName(context, snapshot, name);
          const nodes = await Promise.all(found.map((one) => declarationNodes(one, member)));
          return answer(await usesOf(context, nodes.flat()), coverage);
        });
      }),

    implementations: (name) =>
      inTurn(async () => {
        const coverage = await load.mentions(segmentOf(name));
        return server.query('implementations', async (snapshot) => {
          const found = await resolveName(context, snapshot, name);
          const nodes = await Promise.all(found.map((one) => declarationNodes(one)));
          return answer(await implementationsOf(context, snapshot, nodes.flat()), coverage);
        });
      }),

    importsFor: (name) =>
      inTurn(async () => {
        await load.declarations(name);
        return answer(await importsFor(context, name));
      }),

    packageApi: (packageName, query) => inTurn(() => packageApi(context, packageName, query)),
  };
}
