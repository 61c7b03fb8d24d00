import { openMetrics } from "#src/main/metrics.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const metricsPage = (): string =>
  markdownPage(
    "Metrics",
    "src/main/metrics.ts",
    "`GET /metrics` in Prometheus' text format. Series of the store count since the data folder was made, and go on over restarts; those that say so count since the start of the process. The usual `process_*` and `nodejs_*` series of the runtime are there too.",
    markdownTable(["series", "type", "labels", "meaning"], ownSeries()),
  );

const ownSeries = (): readonly (readonly string[])[] => {
  const { registry, observe } = openMetrics();
  observe({ status: notScraped, totals: notScraped });
  return registry
    .getMetricsAsArray()
    .filter(({ name }) => name.startsWith("carom_"))
    .map((series) => [code(series.name), String(series.type), labelsOf(series).map(code).join(" "), series.help]);
};

const notScraped = (): never => {
  throw new Error("the reference names the series and reads none");
};

/** The library's types leave them out. */
const labelsOf = (series: object): readonly string[] =>
  "labelNames" in series && Array.isArray(series.labelNames) ? series.labelNames.map(String) : [];
