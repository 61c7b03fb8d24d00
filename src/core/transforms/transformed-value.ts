import type { MacroForm, ValueSource } from "#src/core/macros/macro.ts";
import { maskedText } from "#src/core/money/mask-pairs.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import { isReadableTime } from "#src/core/time-text.ts";
import type { TransformCall } from "./read-transform-calls.ts";
import type { Step } from "./transform.ts";
import { transforms } from "./transforms.ts";

/** More in a row than anybody needs. */
export const transformsMax = 8;

export type TransformedValue =
  | { readonly kind: "value"; readonly value: ValueSource }
  | {
      readonly kind: "refused";
      readonly code: "template.transform_unknown" | "template.transform_invalid";
      readonly message: string;
      /** Place in the template's text. */
      readonly at: number;
    };

/** A macro with its transforms; arguments are checked here, once. */
export const transformedValue = (source: ValueSource, calls: readonly TransformCall[]): TransformedValue => {
  const steps: RunStep[] = [];
  let { form, encoding, keyedHash } = source;
  for (const [index, call] of calls.entries()) {
    if (index >= transformsMax) return invalid(call, `a macro has at most ${transformsMax} transforms`);
    if (keyedHash !== null || encoding !== "by_place")
      return invalid(call, `nothing can follow ${calls[index - 1]?.name}`);
    const transform = byName.get(call.name);
    if (transform === undefined) return unknown(call);
    const step = transform.compile(call.args, form);
    if (typeof step === "string") return invalid(call, `${call.name} ${step}`);
    if (step.kind === "raw") encoding = "kept";
    else if (step.kind === "keyed_hash") keyedHash = step.key;
    else {
      steps.push(step);
      if (step.kind === "change") form = step.form;
    }
  }
  const formAfter: MacroForm = keyedHash === null ? form : "text";
  const { instant: _read, ...rest } = source;
  return {
    kind: "value",
    value: { ...rest, form: formAfter, encoding, keyedHash, read: applyTransforms(source, steps) },
  };
};

const byName = new Map(transforms.map((transform) => [transform.name, transform]));

const invalid = ({ at }: TransformCall, message: string): TransformedValue => ({
  kind: "refused",
  code: "template.transform_invalid",
  message,
  at,
});

const unknown = ({ name, at }: TransformCall): TransformedValue => {
  const nearest = nearestName(name, byName.keys());
  const known = nearest === null ? `there are ${[...byName.keys()].join(", ")}` : `did you mean |${nearest}?`;
  return { kind: "refused", code: "template.transform_unknown", message: `unknown transform |${name}; ${known}`, at };
};

type RunStep = Step & { readonly kind: "change" | "default" };

/**
 * What a macro reads, through its transforms. A masked value goes through all of them unchanged,
 * and this is the one place that sees to it: hashed it would no longer show that it is masked, and
 * `default` or `map` would put something in its place.
 */
const applyTransforms = (source: ValueSource, all: readonly RunStep[]): ValueSource["read"] => {
  const { read, steps } = withoutReading(source, all);
  if (steps.length === 0) return read;
  return (view, hashes) => {
    let value = read(view, hashes);
    for (const step of steps) {
      if (value === maskedText) return value;
      if (step.kind === "default") value = value === null || value === "" ? step.text : value;
      else if (value !== null) value = step.apply(value, hashes);
    }
    return value;
  };
};

/** The first step of a macro that is a time takes the time itself: to write it and read it again costs more than all else. */
const withoutReading = (
  { read, instant }: ValueSource,
  steps: readonly RunStep[],
): { readonly read: ValueSource["read"]; readonly steps: readonly RunStep[] } => {
  const [first, ...others] = steps;
  if (instant === undefined || first?.kind !== "change" || first.ofInstant === undefined) return { read, steps };
  const { ofInstant } = first;
  return {
    read: (view) => {
      const at = instant(view);
      return at === null || !isReadableTime(at) ? null : ofInstant(Math.floor(at));
    },
    steps: others,
  };
};
