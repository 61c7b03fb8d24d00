import { invariant } from "#src/core/invariant.ts";

/**
 * Texts that repeat in rows (apps, receivers, targets, decisions) as numbers. Main gives the numbers
 * out; new ones ride in front of the message that first uses them, and are written in its commit.
 */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [""];
  #told = 0;

  constructor(known: readonly string[]) {
    for (const text of known) this.numberOf(text);
    this.#told = known.length;
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#texts.length;
    this.#texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  textOf(number: number): string {
    const text = this.#texts[number];
    invariant(text !== undefined, `name ${number} is known`);
    return text;
  }

  /** Names given out since the last call, in their order. */
  takeNew(): readonly string[] {
    if (this.#told === this.#texts.length - 1) return [];
    const fresh = this.#texts.slice(this.#told + 1);
    this.#told = this.#texts.length - 1;
    return fresh;
  }
}
