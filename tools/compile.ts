import { z } from 'zod';
import { diagnosticText } from '../src/loop/feedback.ts';
import { cutList } from './output.ts';
import { visible } from './shared.ts';
import { defineTool } from './tool.ts';

export const compile = defineTool({
  name: 'compile',
  description:
    'Type-checks the class as last submitted and the files that depend on it, and explains each new error. Submitting does this too.',
  input: z.strictObject({}),
  charge: 'call',
  async run(_input, context) {
    const diagnostics = await context.compile(context.signal);
    const { shown, withheld } = visible(diagnostics, context, (one) => one.file);
    if (diagnostics.length === 0) return { text: 'No errors.' };
    const list = cutList(shown.map(diagnosticText), {
      what: 'errors',
      limit: 20,
      hint: 'The first ones usually cause the rest.',
    });
    const note = withheld > 0 ? [`[${withheld} more in files that are withheld]`] : [];
    return { text: [...(shown.length > 0 ? [list] : []), ...note].join('\n') };
  },
});
