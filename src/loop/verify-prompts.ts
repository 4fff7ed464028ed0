import { loadPrompt, promptNames, promptSlots, slotsIn } from './prompts.ts';

/** Part of the build: every slot of a prompt is declared, and every declared slot is there. */
const faults = promptNames.flatMap((name) => {
  const inText = new Set<string>(slotsIn(loadPrompt(name).text));
  const declared = new Set<string>(promptSlots[name]);
  return [
    ...[...inText.difference(declared)].map((slot) => `prompts/${name}.md: nothing fills {{${slot}}}`),
    ...[...declared.difference(inText)].map((slot) => `prompts/${name}.md: the slot {{${slot}}} is missing`),
  ];
});
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exitCode = 1;
}
