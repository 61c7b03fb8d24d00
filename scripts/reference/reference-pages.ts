import { openApiDocument } from "#src/contract/open-api.ts";
import { caromVersion } from "#src/main/carom-version.ts";
import { attemptAnswersPage } from "./attempt-answers-page.ts";
import { catalogPage, catalogSchema } from "./catalog-page.ts";
import { cliPage } from "./cli-page.ts";
import { compatibleFieldsPage } from "./compatible-fields-page.ts";
import { configPage } from "./config-page.ts";
import { errorsPage } from "./errors-page.ts";
import { eventFieldsPage } from "./event-fields-page.ts";
import { macrosPage } from "./macros-page.ts";
import { metricsPage } from "./metrics-page.ts";
import { partnersPage } from "./partners-page.ts";
import { retryPoliciesPage } from "./retry-policies-page.ts";
import { skipReasonsPage } from "./skip-reasons-page.ts";

/** Every file of docs/reference with its text, made from the tables that the program itself runs on. */
export const referencePages = async (): Promise<ReadonlyMap<string, string>> =>
  new Map([
    ["openapi.json", jsonText(openApiDocument(caromVersion()))],
    ["catalog.schema.json", jsonText(catalogSchema())],
    ["catalog.md", catalogPage()],
    ["event-fields.md", eventFieldsPage()],
    ["errors.md", errorsPage()],
    ["config.md", configPage()],
    ["macros.md", macrosPage()],
    ["skip-reasons.md", skipReasonsPage()],
    ["retry-policies.md", retryPoliciesPage()],
    ["attempt-answers.md", attemptAnswersPage()],
    ["metrics.md", await metricsPage()],
    ["cli.md", cliPage()],
    ["partners.md", partnersPage()],
    ["compatible-fields.md", compatibleFieldsPage()],
  ]);

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
