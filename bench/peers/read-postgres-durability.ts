import type { Client } from "pg";

/** What the running server says of the settings that make a commit durable. */
export const readPostgresDurability = async (client: Client): Promise<string> => {
  const { rows } = await client.query<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method') ORDER BY name",
  );
  return rows.map(({ name, setting }) => `${name}=${setting}`).join(", ");
};
