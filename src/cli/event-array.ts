import { jsonFaultPlace } from "#src/contract/json-place.ts";
import { brokenText, type EventText, eventText } from "./event-text.ts";
import type { Line } from "./read-lines.ts";

/** The file is no array of events, from this line on: what came before it was read. */
export class EventArrayProblem extends Error {
  override readonly name = "EventArrayProblem";
}

const elementCharactersMax = 1_048_576;

/**
 * Elements of a JSON array over any number of lines, found by brackets and strings, so that the text
 * of none is printed anew and a broken one does not end the rest.
 */
export async function* splitElements(lines: AsyncIterable<Line>): AsyncIterable<EventText> {
  const splitter = new ElementSplitter();
  for await (const line of lines) yield* splitter.take(line);
  yield* splitter.end();
}

class ElementSplitter {
  /** 0 before the array, 1 between its elements, more inside of one; -1 after it. */
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #held = "";
  #hasBegun = false;
  #startLine = 0;
  #isUtf8 = true;

  *take(line: Line): Iterable<EventText> {
    const { text, number, isUtf8 } = line;
    let start = 0;
    for (let at = 0; at < text.length; at += 1) {
      const character = text[at] ?? "";
      if (this.#depth < 1) {
        this.#takeOutside(character, number);
        start = at + 1;
        continue;
      }
      if (!this.#hasBegun && !/[\s,\]]/.test(character)) {
        this.#hasBegun = true;
        this.#startLine = number;
        this.#isUtf8 = true;
      }
      if (!this.#endsElement(character)) continue;
      this.#isUtf8 &&= isUtf8;
      yield* this.#element(text.slice(start, at));
      if (character === "]") this.#depth = -1;
      start = at + 1;
    }
    // A string does not go over a line's end: what follows is read as if it had been closed.
    this.#isInString = false;
    if (this.#depth < 1) return;
    this.#isUtf8 &&= isUtf8;
    if (this.#hasBegun) this.#held += `${text.slice(start)}\n`;
    if (this.#held.length > elementCharactersMax)
      throw new EventArrayProblem(
        `line ${this.#startLine}: the event that begins here is larger than 1 MiB, or has no end`,
      );
  }

  *end(): Iterable<EventText> {
    if (this.#depth === -1) return;
    yield* this.#element("");
  }

  #takeOutside(character: string, line: number): void {
    if (/[\s\ufeff]/.test(character)) return;
    if (this.#depth === 0 && character === "[") this.#depth = 1;
    else throw new EventArrayProblem(`line ${line}: the array has ended, and "${character}" follows`);
  }

  #endsElement(character: string): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (character === "\\") this.#isEscaped = true;
      else if (character === '"') this.#isInString = false;
      return false;
    }
    if (this.#depth === 1 && (character === "," || character === "]")) return true;
    if (character === '"') this.#isInString = true;
    else if (character === "{" || character === "[") this.#depth += 1;
    else if ((character === "}" || character === "]") && this.#depth > 1) this.#depth -= 1;
    return false;
  }

  *#element(rest: string): Iterable<EventText> {
    const found = { text: (this.#held + rest).trim(), line: this.#startLine, isUtf8: this.#isUtf8 };
    const { text, isUtf8 } = found;
    this.#held = "";
    this.#hasBegun = false;
    if (text === "") return;
    yield isUtf8 && jsonFaultPlace(text) === null ? eventText(found) : brokenText(found);
  }
}
