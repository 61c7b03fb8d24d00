export const referenceLengthMax = 64;

/** Names of parameters and secrets, in every dialect: `param.account`, `secret.api_key`. */
const referencePattern = new RegExp(String.raw`^(param|secret)\.([A-Za-z0-9_.-]{1,${referenceLengthMax}})$`);

export const readReference = (
  content: string,
): { readonly kind: "parameter" | "secret"; readonly name: string } | null => {
  const match = referencePattern.exec(content);
  return match === null ? null : { kind: match[1] === "param" ? "parameter" : "secret", name: match[2] ?? "" };
};
