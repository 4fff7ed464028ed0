import { expect, test } from 'vitest';
import { together, unseen } from './not-checked.ts';

test('what is not checked for one reason is told together, once, apart from what bars', () => {
  const reason = 'no TypeScript';
  const files = ['a.vue', 'b.vue', 'a.vue', 'c.vue', 'd.vue'].map((file) => unseen(file, reason, false));
  expect(together([...files, unseen('e.vue', reason, true), unseen('f.ts', 'broken', false)])).toEqual([
    { what: 'a.vue, b.vue, c.vue and 1 more', reason },
    { what: 'e.vue', reason, bars: true },
    { what: 'f.ts', reason: 'broken' },
  ]);
});
