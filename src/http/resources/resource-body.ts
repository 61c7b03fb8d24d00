import { readJsonDocument } from "#src/contract/json-document.ts";
import type { Refusal } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";
import { membersOf, type ResourceAddress } from "./resource-address.ts";

type Members = ReadonlyMap<string, unknown>;

export type BodyReading =
  | {
      readonly kind: "members";
      readonly members: Members;
      /** The revision that the change was made from, where the body says it. */
      readonly revision: number | null;
    }
  | Refusal;

/** The object that a body is, strictly: no member twice, no number that would be another. */
export const readBodyMembers = (text: string): BodyReading => {
  if (text.trim() === "")
    return refuseProblems([{ path: [], code: "catalog.malformed", message: "the body is empty" }]);
  const reading = readJsonDocument(text);
  if (reading.kind === "refused") return refuseProblems(reading.problems);
  const { value } = reading;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuseProblems([{ path: [], code: "catalog.type", message: "send a JSON object" }]);
  const members = new Map<string, unknown>(Object.entries(value));
  const revision = members.get("revision") ?? null;
  members.delete("revision");
  if (revision !== null && typeof revision !== "number")
    return refuseProblems([
      { path: ["revision"], code: "catalog.type", message: "revision: must be a whole number, as it was read" },
    ]);
  return { kind: "members", members, revision };
};

/** With what the address says already; a member that says otherwise is refused. */
export const withAddress = (members: Members, address: ResourceAddress): Members | Refusal => {
  const named = Object.entries(membersOf(address));
  const stray = named.find(([name, value]) => members.has(name) && members.get(name) !== value);
  if (stray === undefined) return new Map([...named, ...members]);
  const [name, value] = stray;
  const message = `${name}: must be ${value === null ? "null or left out" : value}, as the address says`;
  return refuseProblems([{ path: [name], code: "catalog.value", message }]);
};
