import type { Integration } from "#src/core/catalog/catalog.ts";

/**
 * What is equal is one object: of ten thousand apps most have the same mappings, and many the same terms
 * with a partner. Nothing of a catalog is ever changed in place, so that whoever holds one cannot tell.
 */
export class SharedParts {
  readonly #integrations = new Map<string, Integration>();
  readonly #inApps = new Shared<Integration["inApp"]>();
  readonly #mappings = new Shared<Integration["mappings"][number]>();
  readonly #mappingLists = new Shared<Integration["mappings"]>();
  readonly #templateLists = new Shared<Integration["templates"]>();
  readonly #parameters = new Shared<Integration["parameters"]>();

  /** What such a document was read to before, or null. */
  integrationOf(document: string): Integration | null {
    return this.#integrations.get(document) ?? null;
  }

  /** The integration with what was met before in place of what is equal to it. */
  add(document: string, integration: Integration): Integration {
    const shared: Integration = {
      ...integration,
      inApp: this.#inApps.one(integration.inApp),
      mappings: this.#mappingLists.one(integration.mappings.map((mapping) => this.#mappings.one(mapping))),
      templates: this.#templateLists.one(integration.templates),
      parameters: this.#parameters.one(integration.parameters),
    };
    this.#integrations.set(document, shared);
    return shared;
  }
}

class Shared<Member> {
  readonly #known = new Map<string, Member>();

  one(member: Member): Member {
    const text = JSON.stringify(member);
    const known = this.#known.get(text) ?? member;
    this.#known.set(text, known);
    return known;
  }
}
