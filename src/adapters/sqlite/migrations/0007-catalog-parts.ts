/**
 * The catalog by its parts: see `ports/catalog-store.ts`. `until` is the revision that took the place of a version;
 * a part keeps its place in the catalog. The newest of the documents that were stored whole is taken apart here; those
 * before it stay as they are, and `catalog_document_part` takes them apart when somebody looks.
 */
export const catalogParts = `
CREATE TABLE catalog_change (
  revision INTEGER PRIMARY KEY, saved_at INTEGER NOT NULL, saved_by TEXT NOT NULL, account TEXT
) STRICT;
CREATE TABLE catalog_version (
  version INTEGER PRIMARY KEY, key TEXT NOT NULL, app TEXT, revision INTEGER NOT NULL, until INTEGER, place INTEGER NOT NULL, document TEXT
) STRICT;
CREATE INDEX catalog_version_in_force ON catalog_version (place) WHERE until IS NULL AND document IS NOT NULL;
CREATE INDEX catalog_version_by_key ON catalog_version (key, version);
CREATE INDEX catalog_version_by_app ON catalog_version (app, version) WHERE app IS NOT NULL;
CREATE INDEX catalog_version_by_revision ON catalog_version (revision);

CREATE VIEW catalog_document_part (revision, first, second, third, key, app, document) AS
SELECT revision, 0, 0, 0, 'everything', NULL, json_remove(document, '$.carom', '$.accounts', '$.partners', '$.apps') FROM catalog_revision
UNION ALL
SELECT revision, 1, one.key, 0, 'account/' || (one.value ->> '$.id'), NULL, one.value
  FROM catalog_revision, json_each(document, '$.accounts') AS one
UNION ALL
SELECT revision, 2, one.key, 0, 'partner/' || (one.value ->> '$.id'), NULL, one.value
  FROM catalog_revision, json_each(document, '$.partners') AS one
UNION ALL
SELECT revision, 3, one.key, 0, 'app/' || (one.value ->> '$.id'), one.value ->> '$.id',
  json_remove(one.value, '$.integrations', '$.rules', '$.grants')
  FROM catalog_revision, json_each(document, '$.apps') AS one
UNION ALL
SELECT revision, 4, app.key, one.key,
  'integration/' || (app.value ->> '$.id') || '/' || (one.value ->> '$.partner_id') || coalesce('/' || (one.value ->> '$.configurator'), ''),
  app.value ->> '$.id', one.value
  FROM catalog_revision, json_each(document, '$.apps') AS app, json_each(app.value, '$.integrations') AS one
UNION ALL
SELECT revision, 5, app.key, one.key, 'rule/' || (app.value ->> '$.id') || '/' || (one.value ->> '$.id'), app.value ->> '$.id', one.value
  FROM catalog_revision, json_each(document, '$.apps') AS app, json_each(app.value, '$.rules') AS one
UNION ALL
SELECT revision, 6, app.key, one.key, 'grant/' || (app.value ->> '$.id') || '/' || (one.value ->> '$.account_id'), app.value ->> '$.id', one.value
  FROM catalog_revision, json_each(document, '$.apps') AS app, json_each(app.value, '$.grants') AS one;

INSERT INTO catalog_change (revision, saved_at, saved_by) SELECT revision, saved_at, saved_by FROM catalog_revision;
INSERT INTO catalog_version (key, app, revision, place, document)
  SELECT key, app, revision, row_number() OVER (ORDER BY first, second, third), document FROM catalog_document_part
  WHERE revision = (SELECT max(revision) FROM catalog_revision) ORDER BY first, second, third;
`;
