import { describe, expect, it } from 'vitest';
import { parseJUnit } from './junit.ts';

describe('parseJUnit', () => {
  it('reads nested suites, failures, errors and skipped cases', () => {
    const xml = `<?xml version="1.0"?>
<testsuites><testsuite name="src/a.test.ts"><testsuite name="inner" file="src/a.test.ts">
<testcase name="adds &amp; &lt;subtracts&gt;" classname="Counter"/>
<testcase name="fails"><failure message="expected 1">at x (src/a.test.ts:1:2)</failure><failure>two</failure></testcase>
<testcase name="breaks"><error message="boom"/></testcase>
<testcase name="waits"><skipped/></testcase>
</testsuite></testsuite></testsuites>`;
    const places = ['src/a.test.ts', 'inner', 'src/a.test.ts'];
    expect(parseJUnit(xml)).toEqual([
      {
        name: 'adds & <subtracts>',
        classname: 'Counter',
        places: ['Counter', ...places],
        status: 'passed',
        errors: [],
      },
      {
        name: 'fails',
        classname: '',
        places,
        status: 'failed',
        errors: [
          { message: 'expected 1', text: 'at x (src/a.test.ts:1:2)' },
          { message: '', text: 'two' },
        ],
      },
      { name: 'breaks', classname: '', places, status: 'failed', errors: [{ message: 'boom', text: '' }] },
      { name: 'waits', classname: '', places, status: 'skipped', errors: [] },
    ]);
  });

  it.each([
    ['a single suite as the root', '<testsuite><testcase name="a"/></testsuite>', 1],
    ['no suites', '<testsuites/>', 0],
    ['a number as a name', '<testsuite><testcase name="1"/></testsuite>', 1],
  ])('reads %s', (_, xml, count) => {
    expect(parseJUnit(xml)).toHaveLength(count);
  });

  it.each([
    ['nothing', ''],
    ['no XML', '{"tests": 1}'],
    ['half a report', '<testsuites><testsuite><testcase name="a"'],
    ['another document', '<html><body/></html>'],
  ])('refuses %s', (_, xml) => {
    expect(parseJUnit(xml)).toBeUndefined();
  });
});
