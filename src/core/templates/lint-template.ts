import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import type { Problem } from "#src/core/problem.ts";
import type { TemplateScope } from "#src/core/templates/template-scope.ts";
import { type Compilation, problemAt, type TemplateText, where } from "./compilation.ts";
import { entityDamage, repairEntities } from "./entity-damage.ts";
import { literalsToDoubt } from "./literal-values.ts";
import { roundMacrosIn } from "./round-macros.ts";
import { unclosedMacros } from "./unclosed-macros.ts";

/** What can be saved and is likely a mistake. */
export const lintTemplate = (
  compilation: Compilation,
  template: RequestTemplate,
  scope: TemplateScope,
): readonly Problem[] => {
  const { path, texts } = compilation;
  const [url, body] = [texts.get("url"), texts.get("body")];
  return [
    ...lintMacros(compilation, template.url, scope),
    ...(url === undefined ? [] : [...lintDamage(url), ...lintUrl(url.path, staticText(url))]),
    ...lintSecrets(compilation, template.url),
    ...(body === undefined ? [] : lintBody([...path, "body"], template, body)),
    ...lintLikelyMacros(compilation, template.body),
    ...[...texts.values()].flatMap((text) => lintUnclosedMacros(compilation, text)),
    ...(url === undefined ? [] : lintRoundMacros(compilation, url)),
  ];
};

/** Macros without what would look like the structure of a URL. */
const staticText = ({ pieces }: TemplateText): string =>
  pieces.map((piece) => (piece.kind === "text" ? piece.text : piece.written.replace(/[\s&=?#]/g, "_"))).join("");

/** Static text only: what stands inside a macro is the dialect's to judge. */
const lintDamage = ({ path, pieces }: TemplateText): readonly Problem[] => {
  const found: string[] = [];
  let repaired = "";
  let at = 0;
  for (const piece of pieces) {
    const written = piece.kind === "text" ? (piece.written ?? piece.text) : piece.written;
    if (piece.kind === "text" && piece.written === undefined) {
      found.push(...entityDamage(piece.text, at));
      repaired += repairEntities(piece.text);
    } else {
      repaired += written;
    }
    at += written.length;
  }
  return found.map((message) => ({ ...problemAt(path, "template.entity_damage", message), proposal: repaired }));
};

const lintMacros = (compilation: Compilation, url: string, scope: TemplateScope): readonly Problem[] => {
  const { path } = compilation;
  const values = [...compilation.values.values()];
  const warnings: Problem[] = values
    .filter((value) => !value.eventTypes.some((type) => scope.eventTypes.includes(type)))
    .map((value) => problemAt(path, "template.macro_never_filled", `${scope.name} never has ${value.name}`));
  const personal = values.filter((value) => value.isPersonal).map((value) => value.name);
  if (personal.length === 0) return warnings;
  if (/^http:/i.test(url)) {
    const message = `personal data over plain http: ${personal.join(", ")}; use https`;
    warnings.push(problemAt([...path, "url"], "template.personal_data_over_http", message));
  }
  if (scope.isPrivacy) {
    const message = `a privacy template names no device or person: ${personal.join(", ")}`;
    warnings.push(problemAt(path, "template.personal_data_in_privacy_template", message));
  }
  return warnings;
};

const lintSecrets = ({ path, secrets }: Compilation, url: string): readonly Problem[] => {
  if (secrets.size === 0 || !/^http:/i.test(url)) return [];
  const message = `secrets over plain http: ${[...secrets].join(", ")}; use https`;
  return [problemAt([...path, "url"], "template.secret_over_http", message)];
};

/** What would be refused in a URL is text in a body, and still likely meant as a macro. */
const lintLikelyMacros = ({ path, dialect }: Compilation, body: string | null): readonly Problem[] => {
  if (body === null) return [];
  return dialect
    .read(body, "url")
    .flatMap((piece) => (piece.kind === "unknown" ? [piece] : []))
    .slice(0, likelyMacrosMax)
    .map((piece) =>
      problemAt([...path, "body"], "template.macro_as_text", `${where(piece)} is no macro and goes out as text`),
    );
};
const likelyMacrosMax = 20;

const lintUnclosedMacros = ({ dialect }: Compilation, { path, pieces }: TemplateText): readonly Problem[] =>
  unclosedMacros(dialect.name, pieces)
    .slice(0, likelyMacrosMax)
    .map((found) => {
      const message = `${where(found)} is not closed, and goes out as text: write ${found.closed}`;
      return problemAt(path, "template.macro_unclosed", message);
    });

/** Round brackets are text to the other dialects, and to whoever pasted the URL a macro. */
const lintRoundMacros = ({ dialect }: Compilation, { path, pieces }: TemplateText): readonly Problem[] => {
  if (dialect.name === "appsflyer") return [];
  // Macros, whose arguments stand in round brackets too, keep their length, so that places stay.
  const text = pieces.map((piece) =>
    piece.kind === "text" ? (piece.written ?? piece.text) : "_".repeat(piece.written.length),
  );
  return roundMacrosIn(text.join(""))
    .slice(0, likelyMacrosMax)
    .map((piece) => {
      const hint =
        piece.kind === "unknown" ? `is nearly a macro of appsflyer (${piece.hint})` : "is a macro of appsflyer";
      const message = `${where(piece)} ${hint}, and goes out as text: ${dialect.name} writes macros otherwise`;
      return problemAt(path, "template.macro_as_text", message);
    });
};

const lintUrl = (path: Problem["path"], url: string): readonly Problem[] => {
  const warnings: Problem[] = [];
  const [address = "", ...fragment] = url.split("#");
  const [, ...query] = address.split("?");
  for (const name of repeated(query.join("?"))) {
    warnings.push(problemAt(path, "template.parameter_repeated", `the parameter ${name} stands more than once`));
  }
  if (fragment.length > 0) {
    warnings.push(problemAt(path, "template.url_fragment", "what follows # stays here: it is not part of a request"));
  }
  warnings.push(...literalsToDoubt(url).map(({ code, message }) => problemAt(path, code, message)));
  if (/\s/.test(url)) {
    warnings.push(problemAt(path, "template.url_blank", "a blank in a URL goes out as %20"));
  }
  return warnings;
};

const lintBody = (path: Problem["path"], template: RequestTemplate, text: TemplateText): readonly Problem[] => {
  const { method } = template;
  const warnings: Problem[] = [];
  if (method === "GET") {
    warnings.push(problemAt(path, "template.body_with_get", "many servers do not read the body of a GET; use POST"));
  }
  const isForm = template.contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded") ?? false;
  if (!isForm) return warnings;
  warnings.push(...lintDamage(text));
  for (const name of repeated(staticText(text))) {
    warnings.push(problemAt(path, "template.parameter_repeated", `the parameter ${name} stands more than once`));
  }
  return warnings;
};

/** Names that stand more than once in a query or form, each once. */
const repeated = (query: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const parameter of query.split("&")) {
    const [name = ""] = parameter.split("=", 1);
    if (name === "") continue;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
};
