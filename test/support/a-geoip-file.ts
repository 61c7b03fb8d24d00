/** A database in MaxMind's format, small and whole: a binary tree of address bits, data, metadata. Keys are networks. */
export const aGeoipFile = (
  records: Readonly<Record<string, object>>,
  metadata: { readonly type?: string; readonly ipVersion?: 4 | 6 } = {},
): Buffer => {
  const ipVersion = metadata.ipVersion ?? 6;
  const data: Buffer[] = [];
  const nodes: TreeNode[] = [[null, null]];
  for (const [network, record] of Object.entries(records)) {
    insert(nodes, bitsOf(network, ipVersion), { offset: sizeOf(data) });
    data.push(encoded(record));
  }
  const tree = Buffer.alloc(nodes.length * nodeBytes);
  for (const [place, node] of nodes.entries())
    for (const [side, value] of node.entries())
      tree.writeUIntBE(recordOf(value, nodes.length), place * nodeBytes + side * (nodeBytes / 2), nodeBytes / 2);
  const about = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 0, 14) / 1_000,
    database_type: metadata.type ?? "Test-Country",
    description: { en: "made for a test" },
    ip_version: ipVersion,
    languages: ["en"],
    node_count: nodes.length,
    record_size: nodeBytes * 4,
  };
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from("MaxMind.com")]);
  return Buffer.concat([tree, Buffer.alloc(separatorBytes), ...data, marker, encoded(about)]);
};

type Branch = number | { readonly offset: number } | null;
type TreeNode = [Branch, Branch];

const nodeBytes = 6;
const separatorBytes = 16;

const recordOf = (value: Branch, nodes: number): number => {
  if (value === null) return nodes;
  return typeof value === "number" ? value : nodes + separatorBytes + value.offset;
};

const insert = (nodes: TreeNode[], bits: readonly (0 | 1)[], leaf: { readonly offset: number }): void => {
  let place = 0;
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[place];
    if (node === undefined) throw new Error("a tree has no such node");
    if (depth === bits.length - 1) node[bit] = leaf;
    else {
      const next = node[bit];
      place = typeof next === "number" ? next : nodes.push([null, null]) - 1;
      node[bit] = place;
    }
  }
};

/** Of `198.51.100.0/24` or `2001:db8::/32`; IPv4 lies at `::/96` of a tree of both families. */
const bitsOf = (network: string, ipVersion: 4 | 6): readonly (0 | 1)[] => {
  const [address = "", length = "0"] = network.split("/");
  const isFour = address.includes(".");
  const bytes = isFour
    ? address.split(".").map(Number)
    : groupsOf(address).flatMap((group) => [group >> 8, group & 255]);
  const bits = bytes.flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map((bit) => (bit === "1" ? 1 : 0)));
  const before = isFour && ipVersion === 6 ? new Array<0>(96).fill(0) : [];
  return [...before, ...bits.slice(0, Number(length))];
};

const groupsOf = (address: string): readonly number[] => {
  const [left = "", right = ""] = address.split("::");
  const [head, tail] = [left, right].map((part) => part.split(":").filter((group) => group !== ""));
  const between = new Array<string>(8 - (head?.length ?? 0) - (tail?.length ?? 0)).fill("0");
  return [...(head ?? []), ...between, ...(tail ?? [])].map((group) => Number.parseInt(group, 16));
};

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0);

/** Maps, arrays, texts shorter than 29 bytes, and whole numbers. */
const encoded = (value: unknown): Buffer => {
  if (typeof value === "string") return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === "number") {
    const bytes = Buffer.from([(6 << 5) | 4, 0, 0, 0, 0]);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encoded)]);
  const members = Object.entries(value ?? {});
  const texts = members.flatMap(([name, member]) => [encoded(name), encoded(member)]);
  return Buffer.concat([Buffer.from([(7 << 5) | members.length]), ...texts]);
};
