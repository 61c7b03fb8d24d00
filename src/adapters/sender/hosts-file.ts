import { readFileSync, statSync } from "node:fs";

/** Addresses of a name by the hosts file, or null where it does not say. */
export type HostsFile = (name: string, now: number) => readonly string[] | null;

/** The file is read when it is first needed, and again when it has changed; a file that is not there says nothing. */
export const openHostsFile = (path: string | null): HostsFile => {
  if (path === null) return () => null;
  let addressesByName: ReadonlyMap<string, readonly string[]> = new Map();
  let version = "";
  let lookAgainAt = Number.NEGATIVE_INFINITY;
  return (name, now) => {
    if (now >= lookAgainAt) {
      lookAgainAt = now + lookAgainMs;
      const found = versionOf(path);
      if (found !== version) {
        version = found;
        addressesByName = found === "" ? new Map() : parseHosts(readFileSync(path, "utf8"));
      }
    }
    return addressesByName.get(name) ?? null;
  };
};

const lookAgainMs = 5_000;

const versionOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
};

/** hosts(5): an address, then its names; `#` begins a comment. Names are compared in lower case. */
export const parseHosts = (text: string): ReadonlyMap<string, readonly string[]> => {
  const addressesByName = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (address === undefined) continue;
    for (const name of names) {
      const addresses = addressesByName.get(name.toLowerCase());
      if (addresses === undefined) addressesByName.set(name.toLowerCase(), [address]);
      else addresses.push(address);
    }
  }
  return addressesByName;
};
