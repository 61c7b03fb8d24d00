import { escapeHtml } from "./html.ts";

type Json = { readonly [name: string]: unknown };

/**
 * The API's description as a page for people: made on the server from the OpenAPI document, one file, no script and
 * nothing from elsewhere, so that it opens where the server has no way out, and under a policy that allows nothing.
 */
export const docsPage = (document: Json): string => {
  const info = asObject(document["info"]);
  const operations = operationsOf(document);
  const groups = Map.groupBy(operations, ({ group }) => group);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(info["title"])} API</title><style>${docsStyle}</style></head><body>
<h1>${escaped(info["title"])} API <small>${escaped(info["version"])}</small></h1>
<p>${escaped(info["description"])} Made from <a href="openapi.json">openapi.json</a>. Keys: <code>authorization: Bearer …</code></p>
<nav>${[...groups.keys()].map((group) => `<a href="#${escaped(group)}">${escaped(group)}</a>`).join(" · ")} · <a href="#schemas">schemas</a></nav>
${[...groups].map(([group, of]) => `<h2 id="${escaped(group)}">${escaped(group)}</h2>\n${of.map(operationHtml).join("\n")}`).join("\n")}
<h2 id="schemas">schemas</h2>
${Object.entries(asObject(asObject(document["components"])["schemas"]))
  .map(schemaHtml)
  .join("\n")}
</body></html>
`;
};

export const docsStyle = `
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}
small{font-weight:normal;opacity:.7}
nav{margin:1rem 0}
details{border:1px solid #8884;border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}
summary code{font-weight:600}
pre{overflow:auto;background:#8881;padding:.6rem;border-radius:4px;font-size:13px}
table{border-collapse:collapse}
td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0}
`;

type Operation = { readonly group: string; readonly method: string; readonly path: string; readonly spec: Json };

const operationsOf = (document: Json): readonly Operation[] =>
  Object.entries(asObject(document["paths"])).flatMap(([path, methods]) =>
    Object.entries(asObject(methods)).map(([method, described]) => {
      const spec = asObject(described);
      return { group: String(asList(spec["tags"])[0] ?? ""), method: method.toUpperCase(), path, spec };
    }),
  );

const operationHtml = ({ method, path, spec }: Operation): string => {
  const parameters = asList(spec["parameters"]).map(asObject);
  return `<details id="${escaped(spec["operationId"])}"><summary><code>${method} ${escaped(path)}</code> ${prose(spec["summary"])}</summary>
${spec["description"] === undefined ? "" : `<p>${prose(spec["description"])}</p>`}
${parameters.length === 0 ? "" : `<table>${parameters.map(parameterRow).join("")}</table>`}
${contentHtml("Body", asObject(spec["requestBody"]))}
${Object.entries(asObject(spec["responses"]))
  .map(([status, answer]) => contentHtml(status, asObject(answer)))
  .join("\n")}
</details>`;
};

const parameterRow = (parameter: Json): string =>
  `<tr><td><code>${escaped(parameter["name"])}</code></td><td>${escaped(parameter["in"])}${parameter["required"] === true ? ", required" : ""}</td><td>${prose(parameter["description"])} <code>${escaped(JSON.stringify(parameter["schema"]))}</code></td></tr>`;

/** The form of a problem is the same everywhere: told once, among the schemas. */
const contentHtml = (title: string, part: Json): string => {
  const content = Object.entries(asObject(part["content"]));
  if (content.length === 0) return "";
  const schemas = content
    .filter(([mediaType]) => mediaType !== "application/problem+json")
    .map(
      ([mediaType, held]) =>
        `<p><code>${escaped(mediaType)}</code></p><pre>${schemaText(asObject(held)["schema"])}</pre>${examplesHtml(asObject(held))}`,
    );
  return `<h4>${escaped(title)}</h4>${part["description"] === undefined ? "" : `<p>${prose(part["description"])}</p>`}${schemas.join("")}`;
};

const examplesHtml = ({ examples }: Json): string =>
  Object.values(asObject(examples))
    .map(asObject)
    .map(({ summary, value }) => {
      const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
      return `<p>${prose(summary)}:</p><pre>${escaped(text)}</pre>`;
    })
    .join("");

const schemaHtml = ([name, schema]: readonly [string, unknown]): string =>
  `<details id="schema-${escaped(name)}"><summary><code>${escaped(name)}</code></summary><pre>${schemaText(schema)}</pre></details>`;

/** As JSON, with a link where another schema is named. */
const schemaText = (schema: unknown): string =>
  escaped(JSON.stringify(schema, null, 2)).replace(
    /&quot;#\/components\/schemas\/(\w+)&quot;/g,
    '<a href="#schema-$1">$1</a>',
  );

/** Code between backticks. */
const prose = (text: unknown): string => escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const escaped = (text: unknown): string => escapeHtml(String(text ?? ""));

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asObject = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
