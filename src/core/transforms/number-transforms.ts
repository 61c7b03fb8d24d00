import { roundDecimal } from "#src/core/money/round-decimal.ts";
import type { Transform } from "./transform.ts";

const decimalsMax = 9;

export const numberTransforms: readonly Transform[] = [
  {
    name: "round",
    usage: "round:decimals",
    meaning:
      "A number rounded to so many decimals (none if not said), halves away from zero, exactly as it is written.",
    example: { value: "120.005", written: "round:2", becomes: "120.01" },
    compile: ([decimals = "0", ...more]) => {
      if (more.length > 0 || !/^[0-9]$/.test(decimals))
        return `takes decimals from 0 to ${decimalsMax}, such as round:2`;
      const count = Number(decimals);
      return { kind: "change", form: "number", apply: (value) => roundDecimal(value, count) };
    },
  },
];
