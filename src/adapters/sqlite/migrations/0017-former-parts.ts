/**
 * Accounts, partners and apps that were removed while the catalog was stored whole, as they were last: they have no
 * versions, and their ids are to stay with whoever had them as the ids of those that were removed since do. `revision` is
 * the one without them.
 */
export const formerParts = `
CREATE TABLE former_part (key TEXT PRIMARY KEY, revision INTEGER NOT NULL, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO former_part (key, revision, document)
  SELECT key, (SELECT min(c.revision) FROM catalog_change AS c WHERE c.revision > part.last), document
  FROM (
    SELECT key, max(revision) AS last, document FROM catalog_document_part
    WHERE first BETWEEN 1 AND 3 AND key NOT IN (SELECT key FROM catalog_version) GROUP BY key
  ) AS part;
`;
