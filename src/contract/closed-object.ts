import { z } from "zod";

const knownFields = "known fields: ";

/** An object that takes no other members than these; a stranger's problem tells the names that are known. */
export const closedObject = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `${knownFields}${Object.keys(shape).join(", ")}` : undefined,
  });

/** The names told by the message of an unrecognized member. */
export const knownFieldsIn = (message: string): readonly string[] =>
  message.startsWith(knownFields) && message.length > knownFields.length
    ? message.slice(knownFields.length).split(", ")
    : [];
