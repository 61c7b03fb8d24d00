/** Keys belong to accounts, and have roles: those that were there could do everything, and still can. */
export const keysOfAccounts = `
ALTER TABLE api_key ADD COLUMN account TEXT NOT NULL DEFAULT 'main';
ALTER TABLE api_key ADD COLUMN role TEXT;
ALTER TABLE api_key ADD COLUMN expires_at INTEGER;
ALTER TABLE api_key ADD COLUMN rate_per_second REAL;
ALTER TABLE api_key ADD COLUMN origins TEXT NOT NULL DEFAULT '[]';
ALTER TABLE api_key ADD COLUMN last_used_at INTEGER;
UPDATE api_key SET role = 'owner' WHERE kind = 'management';
`;
