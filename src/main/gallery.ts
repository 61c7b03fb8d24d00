import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type GalleryPartner, readGalleryPartner } from "#src/contract/gallery-document.ts";
import { invariant } from "#src/core/invariant.ts";

const folder = fileURLToPath(new URL("../../partners/", import.meta.url));
const ending = ".yaml";
let read: readonly GalleryPartner[] | null = null;

/** The partners that ship with this program, by id; read when they are first asked for. */
export const readGallery = (): readonly GalleryPartner[] => {
  read ??= readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => {
      const reading = readGalleryPartner(name.slice(0, -ending.length), readFileSync(`${folder}${name}`, "utf8"));
      invariant(reading.kind === "read", `partners/${name} is a partner`);
      return reading.partner;
    });
  return read;
};
