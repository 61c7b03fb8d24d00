/** Which key the rotations began with that a key came by; of those that were there nobody knows, so that it is themselves. */
export const firstKey = `
ALTER TABLE api_key ADD COLUMN first_id TEXT NOT NULL DEFAULT '';
UPDATE api_key SET first_id = id;
`;
