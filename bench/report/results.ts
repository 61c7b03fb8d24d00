import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { BenchRow, Figure, PlottedLine } from "../row.ts";

/** What one run of one row gave. */
export type RowResult = {
  readonly name: string;
  readonly title: string;
  readonly work: string;
  /** Sizes that were not those that the row has by itself: its long form. */
  readonly sizes: Readonly<Record<string, number>>;
  /** A quick run has fewer and shorter rounds. */
  readonly isQuick: boolean;
  readonly measuredAt: string;
  readonly seconds: number;
  /** Load of the machine in the minute before and in the last one. */
  readonly load: { readonly before: number; readonly after: number };
  readonly machine: string;
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
  readonly lines: readonly PlottedLine[];
};

/** The last try of a row that gave nothing. */
export type RowFailure = { readonly why: string; readonly failedAt: string };

/** All that is known of a row: its own form and its long ones, and why the last try gave nothing if it did. */
export type RowHistory = {
  readonly row: Pick<BenchRow, "name" | "title" | "work">;
  readonly results: readonly RowResult[];
  readonly failure: RowFailure | null;
};

/** Results of rows, a file each, in one folder. */
export class Results {
  readonly #folder: URL;

  constructor(folder: URL) {
    this.#folder = folder;
  }

  /** Takes the place of the last result of the same form, and of a failure. */
  keep(result: RowResult): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file(formName(result)), `${JSON.stringify(result, null, 2)}\n`);
    rmSync(this.#failureOf(result.name), { force: true });
  }

  /** What was measured before stays, and is told to be older than the failure. */
  keepFailure(name: string, failure: RowFailure): void {
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#failureOf(name), `${JSON.stringify(failure, null, 2)}\n`);
  }

  read(row: RowHistory["row"]): RowHistory {
    const files = globSync(`${row.name}{,@*}.json`, { cwd: this.#folder }).map((file) => basename(file));
    return {
      row,
      results: files.toSorted((one, other) => one.length - other.length).map((file) => this.#read<RowResult>(file)),
      failure: existsSync(this.#failureOf(row.name))
        ? this.#read<RowFailure>(basename(this.#failureOf(row.name).pathname))
        : null,
    };
  }

  #read<Kept>(file: string): Kept {
    const kept: Kept = JSON.parse(readFileSync(new URL(file, this.#folder), "utf8"));
    return kept;
  }

  #file(form: string): URL {
    return new URL(`${form}.json`, this.#folder);
  }

  #failureOf(name: string): URL {
    return new URL(`${name}.failed`, this.#folder);
  }
}

/** `known-ids`, or `known-ids@known=10000000` of a long form. */
const formName = ({ name, sizes }: RowResult): string =>
  [name, ...Object.entries(sizes).map(([size, value]) => `${size}=${value}`)].join("@");
