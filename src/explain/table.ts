import type { Explainer } from './case.ts';
import {
  abstractClass,
  badArgument,
  badCall,
  classNameTaken,
  implicitAny,
  mismatch,
  missingMembers,
  needsAnnotation,
  needsOverride,
  noInitializer,
  notAccessible,
  notCallable,
  notLikeBase,
  possiblyMissing,
  typeOnlyImport,
  unknownExport,
  unknownMember,
  unknownModule,
  unknownName,
  unknownProperty,
  unknownValue,
} from './explainers.ts';

/** Codes by what explains them; the others get the general form. */
const codes: readonly (readonly [Explainer, readonly number[]])[] = [
  [unknownName, [1361, 2304, 2503, 2552]],
  [unknownExport, [2305, 2459, 2614, 2694, 2724]],
  [unknownModule, [2307, 2792, 2834, 2835, 5097]],
  [typeOnlyImport, [1484, 1485]],
  [unknownMember, [2339, 2550, 2551, 2576]],
  [unknownProperty, [2353, 2561]],
  [notAccessible, [2341, 2445, 2446, 18013]],
  [missingMembers, [2420, 2515, 2653, 2654, 2655, 2656, 2720, 2739, 2740, 2741, 18052]],
  [notLikeBase, [2415, 2416, 2425, 2426]],
  [noInitializer, [2564]],
  [needsOverride, [4114, 4116]],
  [mismatch, [2322, 2344, 2375, 2412]],
  [badArgument, [2345, 2379, 2769]],
  [badCall, [2554, 2555, 2556, 2673, 2674]],
  [notCallable, [2348, 2349, 2350, 2351, 7009]],
  [abstractClass, [2511]],
  [classNameTaken, [2414]],
  [possiblyMissing, [2531, 2532, 2533, 2721, 2722, 2723, 18047, 18048, 18049]],
  [unknownValue, [2571, 18046]],
  [implicitAny, [7006, 7019, 7031, 7051]],
  [needsAnnotation, [9007, 9008, 9009, 9010, 9011, 9012, 9013, 9037, 9038, 9039]],
];

export const explainers: ReadonlyMap<number, Explainer> = new Map(
  codes.flatMap(([explain, own]) => own.map((code) => [code, explain] as const)),
);
