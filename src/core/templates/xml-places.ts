import { type Compilation, type TemplateText, where } from "./compilation.ts";
import { fillSlot, xmlSlot } from "./slot.ts";
import type { Placed } from "./template-part.ts";

/**
 * Finds the places of macros in an XML body: text, and attribute values in quotes. Everywhere else
 * (names, comments, CDATA, instructions) an encoded value could still end what it stands in.
 */
export const placeXml = (compilation: Compilation, text: TemplateText): readonly Placed[] => {
  const placed: Placed[] = [];
  let place: XmlPlace = "text";
  for (const piece of text.pieces) {
    if (piece.kind === "text") {
      place = placeAfter(place, piece.text);
      placed.push(piece.text);
      continue;
    }
    if (place !== "text" && place !== '"' && place !== "'") {
      const message = `in XML a macro stands in text or in quotes, not in a ${place}: ${where(piece)}`;
      text.refuse("template.place_invalid", message);
    }
    placed.push(fillSlot(compilation, text, { piece, slot: xmlSlot, isDroppable: false }));
  }
  return placed;
};

type XmlPlace = "text" | "tag" | '"' | "'" | "comment" | "CDATA section" | "instruction";

/** What ends a place, and what begins the next one; in text the longer beginnings come first. */
const borders: Readonly<Record<XmlPlace, readonly (readonly [string, XmlPlace])[]>> = {
  text: [
    ["<!--", "comment"],
    ["<![CDATA[", "CDATA section"],
    ["<?", "instruction"],
    ["<", "tag"],
  ],
  tag: [
    [">", "text"],
    ['"', '"'],
    ["'", "'"],
  ],
  '"': [['"', "tag"]],
  "'": [["'", "tag"]],
  comment: [["-->", "text"]],
  "CDATA section": [["]]>", "text"]],
  instruction: [["?>", "text"]],
};

const placeAfter = (before: XmlPlace, text: string): XmlPlace => {
  let place = before;
  let at = 0;
  while (at < text.length) {
    const border = borders[place].find(([mark]) => text.startsWith(mark, at));
    at += border?.[0].length ?? 1;
    place = border?.[1] ?? place;
  }
  return place;
};
