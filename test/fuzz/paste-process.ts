/** Repairs and translates what patterns of pasted text may read in more than one way, in a process that can be ended. */
import { proposeRequest } from "#src/core/templates/propose-request.ts";
import { diceOf } from "./dice.ts";
import { openings, pasteTexts, pieces, rowOf } from "./paste-texts.ts";

const [seed = "0"] = process.argv.slice(2);
const propose = (text: string): void => {
  // Told before, so that the one which did not end is known; a pipe is written at once.
  process.stdout.write(`${JSON.stringify(text)}\n`);
  proposeRequest({ url: text, body: null, headers: [] });
};
for (const opening of openings) for (const piece of pieces) propose(opening + rowOf([piece], 160));
for (const text of pasteTexts(diceOf(Number(seed)), 6_000)) propose(text);
process.stdout.write('"ended"\n');
