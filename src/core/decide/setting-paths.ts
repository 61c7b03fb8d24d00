import type { App } from "#src/core/catalog/catalog.ts";
import type { IntegrationTerms, Target } from "./terms.ts";

/*
 * Where settings stand, told by names: the place in a list says nothing to somebody who edits by the API, and would tell an
 * agency how many others there are.
 */
export const appPath = ({ app }: { readonly app: Pick<App, "id"> }): string => `apps[${app.id}]`;

export const integrationPath = ({ app, integration: { partnerId, configurator } }: IntegrationTerms): string =>
  `${appPath(app)}.integrations[${configurator === null ? partnerId : `${partnerId}:${configurator}`}]`;

export const inAppPath = (terms: IntegrationTerms): string => `${integrationPath(terms)}.in_app_postbacks`;

/** Where a target's own settings stand: its mapping's, or the integration's in-app section. */
export const targetPath = (target: Target): string =>
  target.mapping === null ? inAppPath(target.terms) : `${integrationPath(target.terms)}.mappings[${target.mapping.id}]`;
