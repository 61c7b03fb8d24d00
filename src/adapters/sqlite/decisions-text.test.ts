import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { partnerId } from "#src/core/ids.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import { aMatch, aSkip } from "#test/support/a-recorded-event.ts";
import { codeOfDecision, decisionsText, numbersOfDecisions, targetOfDecision } from "./decisions-text.ts";
import { Names } from "./names.ts";

const targets = 40;
const skips = Array.from({ length: targets }, (_, place) => aSkip("not_attributed", partnerId(`net_${place}`)));
const matches = skips.map((_, place) => aMatch(partnerId(`net_${place}`)));
const windowed = skips.map((_, place) => aSkip("outside_window", partnerId(`net_${place}`)));

const told = ({ targetKey, outcome }: Decision): string =>
  `${outcome.kind === "match" ? "match" : outcome.reason} ${targetKey}`;

const readFrom = (column: string, names: Names): readonly string[] =>
  numbersOfDecisions(column, (name) => names.textOf(name)).map((number) => names.textOf(number));

test("what is decided is read from its column as it was, in its order, whatever it shares with others", () => {
  const anyUsual = fc.record({ length: fc.nat(targets), isShared: fc.boolean() });
  const anyPlaces = fc.array(fc.tuple(fc.nat(targets - 1), fc.constantFrom(matches, windowed)), { maxLength: 20 });
  fc.assert(
    fc.property(anyUsual, fc.array(anyPlaces, { maxLength: 5 }), fc.nat(3), ({ length, isShared }, lists, behind) => {
      const names = new Names([]);
      const usual = skips.slice(0, length);
      for (const places of lists) {
        const decisions = usual.slice();
        for (const [place, others] of places) if (place < length) decisions[place] = others[place] ?? aMatch();
        decisions.push(...matches.slice(0, behind));
        const column = decisionsText({ decisions, usual: isShared ? usual : null }, names);
        assert.deepEqual(readFrom(column, names), decisions.map(told));
      }
    }),
  );
});

test("a long list that many events share is told once, and then by what differs from it", () => {
  const names = new Names([]);
  const usual = skips;
  const texts = [2, 7].map((place) => {
    const decisions = usual.slice();
    decisions[place] = matches[place] ?? aMatch();
    return decisionsText({ decisions, usual }, names);
  });
  const list = targets + 1;
  assert.deepEqual(texts, [`@${list},2:${list + 1}`, `@${list},7:${list + 2}`]);
  assert.equal(decisionsText({ decisions: [...usual, aMatch()], usual }, names), `@${list},${list + 3}`);
});

test("what has little in common with the usual, and a short list, stand as they are", () => {
  const names = new Names([]);
  assert.equal(decisionsText({ decisions: matches, usual: skips }, names).split(",").length, targets);
  assert.equal(names.takeNew().length, targets, "nobody uses a name of the list, so none is kept for ever");
  const few = skips.slice(0, 15);
  assert.equal(decisionsText({ decisions: few, usual: few }, names).split(",").length, 15);
  assert.equal(decisionsText({ decisions: [], usual: [] }, names), "");
  assert.deepEqual(
    numbersOfDecisions("", () => ""),
    [],
  );
  assert.equal(decisionsText({ decisions: few, usual: skips }, names).split(",").length, 15);
});

test("the name of a decision says its outcome and its target", () => {
  const name = told(aSkip("not_mapped"));
  assert.equal(codeOfDecision(name), "not_mapped");
  assert.equal(targetOfDecision(name), aSkip("not_mapped").targetKey);
});
