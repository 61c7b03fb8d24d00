type Versions = Readonly<Record<string, string>>;
export type PackageDescription = {
  readonly dependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly devDependencies?: Versions;
};

/** Dependencies that are not pinned exactly, and runtimes of more than one version. */
export const packageProblems = (path: string, description: PackageDescription): readonly string[] => {
  const { dependencies = {}, optionalDependencies = {}, devDependencies = {} } = description;
  const unpinned = Object.entries({ ...dependencies, ...optionalDependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${path}: ${name} is ${version}, not one version`);
  const runtimes = new Set(
    Object.entries(optionalDependencies)
      .filter(([name]) => name.startsWith("node-"))
      .map(([, version]) => version),
  );
  return runtimes.size > 1 ? [...unpinned, `${path}: runtimes of versions ${[...runtimes].join(", ")}`] : unpinned;
};

/** Packages of a lockfile that come from anywhere but the public registry. */
export const foreignPackages = (path: string, lockfile: string): readonly string[] =>
  [...lockfile.matchAll(/"resolved": "([^"]+)"/g)]
    .filter(([, address = ""]) => !address.startsWith("https://registry.npmjs.org/"))
    .map(([, address]) => `${path}: ${address}`);
