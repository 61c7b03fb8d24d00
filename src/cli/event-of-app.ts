/** An event that names its app keeps it; the text of all other members stays as it is. */
export const withApp = (text: string, app: string): string => {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed) || "app_id" in parsed) return text;
  const member = `"app_id":${JSON.stringify(app)}`;
  return Object.keys(parsed).length === 0 ? `{${member}}` : text.replace("{", `{${member},`);
};
