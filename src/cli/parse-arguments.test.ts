import assert from "node:assert/strict";
import { test } from "node:test";
import { commandTable } from "./command-table.ts";
import { parseArguments } from "./parse-arguments.ts";

const commandOf = (name: string) => {
  const command = commandTable.find((candidate) => candidate.name === name);
  assert.ok(command !== undefined, name);
  return command;
};
const refusal = (name: string, ...argv: readonly string[]): string => {
  const reading = parseArguments(commandOf(name), argv);
  return reading.kind === "refused" ? reading.message : reading.kind;
};

test("every command's own examples are command lines that it takes", () => {
  for (const command of commandTable) {
    for (const { line } of command.examples) {
      const part = line.split(" | ").find((text) => text.includes("carom ")) ?? "";
      const [words = ""] = part.slice(part.indexOf("carom ")).split(/ [<>] /);
      const [, name, ...argv] = words.split(" ");
      assert.equal(name, command.name, line);
      assert.equal(parseArguments(command, argv).kind, "given", line);
    }
  }
});

test("every option and argument says what it is for", () => {
  for (const command of commandTable) {
    assert.ok(command.examples.length > 0, command.name);
    for (const option of Object.values(command.options)) assert.ok(option.meaning.length > 5, command.name);
    for (const positional of command.positionals) assert.ok(positional.meaning.length > 5, command.name);
  }
});

test("options are read by their kind, and what was not given is null", () => {
  const reading = parseArguments(commandOf("send"), ["events.json", "--batch=7", "--json", "--app", "a.b"]);
  assert.equal(reading.kind, "given");
  if (reading.kind !== "given") return;
  assert.equal(reading.given.positional(0), "events.json");
  assert.equal(reading.given.positional(1), null);
  assert.equal(reading.given.number("batch"), 7);
  assert.equal(reading.given.number("rate"), null);
  assert.equal(reading.given.flag("json"), true);
  assert.equal(reading.given.text("app"), "a.b");
});

test("a wrong command line is refused with what is wrong and what was meant", () => {
  assert.equal(refusal("send", "--batsh", "3"), "unknown option --batsh; did you mean --batch?");
  assert.equal(refusal("send", "--batch", "many"), '--batch: "many" is not a whole number');
  assert.equal(refusal("send", "a", "b"), '"b" is one argument too many');
  assert.equal(refusal("apply"), "<file> is missing: Document (.yaml, .yml or .json); - reads standard input as YAML");
  assert.match(refusal("apply", "--url"), /--url <value>.*argument missing/);
  assert.equal(refusal("send", "--help"), "help");
});
