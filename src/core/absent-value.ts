/** `{ifa}`, `{{ifa}}`, `${ifa}`, `{%ifa%}`, `[replace_me]`, `%ifa%`: a macro that the sender's own system left unresolved. */
const unresolvedMacro =
  /^(?:\$?\{{1,2}%{0,2}[A-Za-z0-9_. -]+%{0,2}\}{1,2}|\[[A-Za-z0-9_. -]+\]|%[A-Za-z][A-Za-z0-9_.-]*%)$/;

/**
 * Texts that mean *no value*: empty, blank, the vendor's `"None"`, a program's word for nothing, an
 * unresolved macro. Fields with such a text are not there.
 */
export function isAbsentText(text: string): boolean {
  const first = text.charCodeAt(0);
  // `{`, `$`, `[`, `%`: nothing else begins a macro, and most values begin with none of them.
  if (first === 0x7b || first === 0x24 || first === 0x5b || first === 0x25) return unresolvedMacro.test(text);
  return text === "" || text === "None" || nothing.test(text) || (first <= 0x20 && text.trim() === "");
}

const nothing = /^(?:null|undefined)$/i;

/** `(idfa)`, `$$sdk(idfa)`, `__IDFA__`, `#idfa#`, `#{idfa}`, `<idfa>`: notations that a plain value may be written in, and a name never is. */
const otherNotation =
  /^(?:(?:\$\$[A-Za-z]+)?\([A-Za-z][A-Za-z0-9_. -]*\)|__[A-Za-z0-9_.-]+__|#[A-Za-z][A-Za-z0-9_.-]*#|#\{[A-Za-z0-9_. -]+\}|<[A-Za-z][A-Za-z0-9_. -]*>)$/;

/** The same for the name of an event or an app: no such name is written like a macro of any notation. */
export function isAbsentName(text: string): boolean {
  const trimmed = text.trim();
  return isAbsentText(trimmed) || otherNotation.test(trimmed);
}

const noId = /^(?:none|nil|n\/a|unknown)$/i;

/**
 * The same for what identifies a device, a user or an event: a word for *not known* there would make
 * one of all who say it.
 */
export function isAbsentId(text: string): boolean {
  return isAbsentName(text) || noId.test(text.trim());
}
