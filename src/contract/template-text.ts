import { type DocumentFormat, type DocumentReading, refusedDocument } from "./document-text.ts";
import { readJsonDocument } from "./json-document.ts";
import { readYamlDocument } from "./yaml-document.ts";

/** One template as a text of its own: YAML as in a configuration, or JSON. Its members are read by its schema. */
export const readTemplateText = (text: string, format: DocumentFormat): DocumentReading => {
  if (text.trim() === "")
    return refusedDocument("catalog.missing", "the template is empty; it has a dialect and a url");
  switch (format) {
    case "yaml":
      return readYamlDocument(text);
    case "json":
      return readJsonDocument(text);
  }
};
