/** What becomes of one resource when one catalog document takes the place of another. */
export type CatalogDifference = {
  readonly change: "added" | "removed" | "changed";
  readonly resource: "catalog" | "account" | "partner" | "app" | "integration" | "rule" | "grant";
  /** With the app's before it where it stands in one: `com.example.game/example_network`. Empty for the catalog itself. */
  readonly id: string;
  /** Of a resource that is in both documents. */
  readonly fields: readonly FieldDifference[];
};
export type FieldDifference = {
  /** `success.body.pointer`, `mappings[purchase].partner_event`; `order of mappings` where only that is another. */
  readonly field: string;
  /** Absent where there was nothing. */
  readonly before?: unknown;
  readonly after?: unknown;
};

/**
 * Compares two complete catalog documents, as `readCatalogDocument` writes them. Resources and members
 * of lists are known by their ids, so that one more of them is not a change of all behind it. It is empty for
 * what is the same configuration: the order of resources is none, that of what stands in them is told.
 */
export const catalogDifferences = (before: string, after: string): readonly CatalogDifference[] => {
  const old = resourcesOf(before);
  const fresh = resourcesOf(after);
  const differences = [...new Set([...old.keys(), ...fresh.keys()])].map((key) =>
    differenceOf(old.get(key), fresh.get(key)),
  );
  return differences.filter((difference) => difference !== null).sort(byPlace);
};

/** The contents of a complete document's resources by the keys that the audit log tells them by. */
export const contentsByKey = (document: string): ReadonlyMap<string, Json> =>
  new Map(
    [...resourcesOf(document).values()].map(({ resource, id, content }) => [
      resource === "catalog" ? "everything" : `${resource}/${id}`,
      content,
    ]),
  );

/** What of one resource is another, field by field. */
export const contentDifferences = (before: Json, after: Json): readonly FieldDifference[] =>
  membersDifferences(entriesOf(before), entriesOf(after), { path: "", step: dotted });

export type Json = { readonly [name: string]: unknown };
type Resource = Pick<CatalogDifference, "resource" | "id"> & { readonly content: Json };

/** The lists of a document whose members are resources of their own. */
const topLists = { accounts: "account", partners: "partner", apps: "app" } as const;
const appLists = { integrations: "integration", rules: "rule", grants: "grant" } as const;

const resourcesOf = (document: string): ReadonlyMap<string, Resource> => {
  const catalog = asObject(JSON.parse(document));
  const top = Object.entries(topLists).flatMap(([list, resource]) =>
    membersOf(catalog, list, { resource, within: "" }),
  );
  const inApps = top
    .filter(({ resource }) => resource === "app")
    .flatMap(({ id, content }) =>
      Object.entries(appLists).flatMap(([list, resource]) => membersOf(content, list, { resource, within: `${id}/` })),
    );
  const whole: Resource = { resource: "catalog", id: "", content: withoutLists(catalog, topLists) };
  const apart = top.map((one) =>
    one.resource === "app" ? { ...one, content: withoutLists(one.content, appLists) } : one,
  );
  return new Map([whole, ...apart, ...inApps].map((one) => [`${one.resource}\n${one.id}`, one]));
};

const membersOf = (
  holder: Json,
  list: string,
  place: { readonly resource: Resource["resource"]; readonly within: string },
): readonly Resource[] =>
  asList(holder[list]).map((member, index) => {
    const content = asObject(member);
    return { resource: place.resource, id: `${place.within}${idOf(content) ?? index}`, content };
  });

/** What is in a list of resources is told of each, and their order means nothing. */
const withoutLists = (holder: Json, lists: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(holder).filter(([name]) => !(name in lists)));

const differenceOf = (old: Resource | undefined, fresh: Resource | undefined): CatalogDifference | null => {
  if (old === undefined || fresh === undefined) {
    const one = old ?? fresh;
    return one === undefined
      ? null
      : { change: old === undefined ? "added" : "removed", resource: one.resource, id: one.id, fields: [] };
  }
  const fields = contentDifferences(old.content, fresh.content);
  return fields.length === 0 ? null : { change: "changed", resource: old.resource, id: old.id, fields };
};

type Entries = ReadonlyMap<string, unknown>;
type Place = { readonly path: string; readonly step: (path: string, name: string) => string };

const membersDifferences = (before: Entries, after: Entries, { path, step }: Place): readonly FieldDifference[] => [
  ...[...new Set([...before.keys(), ...after.keys()])].flatMap((name): readonly FieldDifference[] => {
    const field = step(path, name);
    if (!after.has(name)) return [{ field, before: before.get(name) }];
    if (!before.has(name)) return [{ field, after: after.get(name) }];
    return valueDifferences(before.get(name), after.get(name), field);
  }),
  ...orderDifference([...before.keys()], [...after.keys()], path),
];

const valueDifferences = (before: unknown, after: unknown, field: string): readonly FieldDifference[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after))
    return membersDifferences(entriesOf(before), entriesOf(after), { path: field, step: dotted });
  const old = byId(before);
  const fresh = byId(after);
  return old === null || fresh === null
    ? [{ field, before, after }]
    : membersDifferences(old, fresh, { path: field, step: bracketed });
};

/** Of those that are in both: one more or one less moves nobody. */
const orderDifference = (
  before: readonly string[],
  after: readonly string[],
  path: string,
): readonly FieldDifference[] => {
  const old = before.filter((name) => after.includes(name));
  const fresh = after.filter((name) => before.includes(name));
  return old.every((name, index) => name === fresh[index])
    ? []
    : [{ field: `order of ${path === "" ? "members" : path}`, before: old, after: fresh }];
};

const dotted: Place["step"] = (path, name) => (path === "" ? name : `${path}.${name}`);
const bracketed: Place["step"] = (path, name) => `${path}[${name}]`;

/** A list whose members have ids, each its own; null for every other value. */
const byId = (value: unknown): Entries | null => {
  if (!Array.isArray(value)) return null;
  const entries = new Map<string, unknown>();
  for (const member of value) {
    const id = isObject(member) ? idOf(member) : null;
    if (id === null || entries.has(id)) return null;
    entries.set(id, member);
  }
  return entries;
};

/** By what a member of a list is known; templates by the events that they are for. */
const idOf = (member: Json): string | null => {
  const { id, partner_id, configurator, account_id, event_kind, platform, privacy } = member;
  if (typeof id === "string") return id;
  if (typeof partner_id === "string")
    return typeof configurator === "string" ? `${partner_id}/${configurator}` : partner_id;
  if (typeof account_id === "string") return account_id;
  if (typeof event_kind !== "string") return null;
  return [
    event_kind,
    ...(typeof platform === "string" ? [platform] : []),
    ...(privacy === true ? ["privacy"] : []),
  ].join(" ");
};

const resourceOrder: readonly CatalogDifference["resource"][] = [
  "catalog",
  "account",
  "partner",
  "app",
  "integration",
  "rule",
  "grant",
];

const byPlace = (one: CatalogDifference, other: CatalogDifference): number =>
  resourceOrder.indexOf(one.resource) - resourceOrder.indexOf(other.resource) || (one.id < other.id ? -1 : 1);

const entriesOf = (value: Json): Entries => new Map(Object.entries(value));
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asObject = (value: unknown): Json => (isObject(value) ? value : {});
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
