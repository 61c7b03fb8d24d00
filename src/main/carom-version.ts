import { readFileSync } from "node:fs";

const packageFile = new URL("../../package.json", import.meta.url);

/** As package.json says. */
export const caromVersion = (): string => {
  const description: unknown = JSON.parse(readFileSync(packageFile, "utf8"));
  if (typeof description === "object" && description !== null && "version" in description)
    return String(description.version);
  return "unknown";
};
