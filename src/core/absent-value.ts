/** `{ifa}`, `{{ifa}}`, `${ifa}`, `[replace_me]`, `%ifa%`: a macro that the sender's own system left unresolved. */
const unresolvedMacro = /^(?:\$?\{{1,2}[A-Za-z0-9_. -]+\}{1,2}|\[[A-Za-z0-9_. -]+\]|%[A-Za-z][A-Za-z0-9_.-]*%)$/;

/**
 * Texts that mean *no value*: empty, blank, the vendor's `"None"`, an unresolved macro. Fields with
 * such a text are not there.
 */
export function isAbsentText(text: string): boolean {
  const first = text.charCodeAt(0);
  // `{`, `$`, `[`, `%`: nothing else begins a macro, and most values begin with none of them.
  if (first === 0x7b || first === 0x24 || first === 0x5b || first === 0x25) return unresolvedMacro.test(text);
  return text === "" || text === "None" || (first <= 0x20 && text.trim() === "");
}
