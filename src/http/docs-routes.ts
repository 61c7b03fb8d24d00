import { openApiDocument } from "#src/contract/open-api.ts";
import { routes } from "#src/contract/routes.ts";
import { docsPage, docsStyle } from "./docs-page.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import type { ServeRoute } from "./serve-route.ts";

export const serveDocs = (serve: ServeRoute, { settings, hashes }: HttpDependencies): void => {
  let page: string | null = null;
  const styleHash = Buffer.from(hashes.sha256(docsStyle), "hex").toString("base64");
  const headers = {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "referrer-policy": "no-referrer",
  };
  serve(routes.readDocs, () => {
    page ??= docsPage(openApiDocument(settings.version));
    return { kind: "text", text: page, mediaType: "text/html; charset=utf-8", headers };
  });
};
