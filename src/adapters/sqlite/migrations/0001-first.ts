/** Columns of an event, where it is and where it is kept. The source stands last, so that looking at ids reads no overflow pages. */
const eventColumns = `
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  app INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  client_hash INTEGER,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  first_postback INTEGER NOT NULL,
  postbacks INTEGER NOT NULL,
  decisions TEXT NOT NULL,
  sender_ip TEXT,
  enrichment TEXT,
  source TEXT NOT NULL`;

const postbackColumns = `
  sequence INTEGER PRIMARY KEY,
  event INTEGER NOT NULL,
  receiver INTEGER NOT NULL,
  target INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  redelivery INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT,
  body TEXT`;

/**
 * Append-only: an event and its postbacks are written once and never move. Texts that repeat (apps,
 * receivers, targets, decisions) are numbers of `name`. Times are epoch milliseconds.
 */
export const firstSchema = `
-- Which data this is: drawn anew at each opening, so that search.db knows whether it belongs to it.
CREATE TABLE folder (epoch TEXT NOT NULL) STRICT;
-- The last numbers given out and every counter, as one JSON row written with each commit.
CREATE TABLE tally (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT;
CREATE TABLE name (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;

CREATE TABLE event (${eventColumns}) STRICT;
-- Consecutive events whose ids are of one slice of time: an id is found by its own clock, without an index.
CREATE TABLE span (slice INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (slice, first)) STRICT, WITHOUT ROWID;
-- What a late install changed of an event: the new enrichment and the decisions made anew.
CREATE TABLE amendment (
  position INTEGER PRIMARY KEY, event INTEGER NOT NULL, amended_at INTEGER NOT NULL, revision INTEGER NOT NULL,
  enrichment TEXT, decisions TEXT NOT NULL
) STRICT;
CREATE INDEX amendment_by_event ON amendment (event, position);
-- Events that wait for their install, and the keys under which it would find them.
CREATE TABLE waiting (event INTEGER PRIMARY KEY, app INTEGER NOT NULL, until INTEGER NOT NULL, keys TEXT NOT NULL) STRICT;
CREATE TABLE waiting_key (hash INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (hash, event)) STRICT, WITHOUT ROWID;
-- Hashes of the client event ids of closed segments of the log; those of the open one are in its events.
CREATE TABLE known_bucket (place INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
CREATE TABLE known_segment (number INTEGER PRIMARY KEY, last_at INTEGER NOT NULL) STRICT;
CREATE TABLE known_filter (generation INTEGER PRIMARY KEY, words BLOB NOT NULL) STRICT;
-- Of events that are gone before their client event id may be forgotten.
CREATE TABLE orphan_client_event (
  event INTEGER PRIMARY KEY, app INTEGER NOT NULL, client_event_id TEXT NOT NULL, id TEXT NOT NULL, recorded_at INTEGER NOT NULL
) STRICT;
CREATE TABLE install (
  record INTEGER PRIMARY KEY, app INTEGER NOT NULL, written_at INTEGER NOT NULL, keys TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE TABLE install_key (hash INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (hash, record)) STRICT, WITHOUT ROWID;

CREATE TABLE postback (${postbackColumns}) STRICT;
-- Postbacks made after their event was recorded: by a late install, by redelivery.
CREATE TABLE later_postback (event INTEGER NOT NULL, postback INTEGER NOT NULL, PRIMARY KEY (event, postback)) STRICT, WITHOUT ROWID;
-- One row a commit, over the postbacks that it left leased in memory; gone when all of them have ended or are live.
CREATE TABLE owed (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
-- Only what waits. since: the number at which it became live, compared with cancel marks.
CREATE TABLE live (
  postback INTEGER PRIMARY KEY, receiver INTEGER NOT NULL, lane INTEGER NOT NULL, due INTEGER NOT NULL, since INTEGER NOT NULL,
  attempts INTEGER NOT NULL, spent INTEGER NOT NULL, strikes INTEGER NOT NULL, expires_at INTEGER
) STRICT;
CREATE INDEX live_by_due ON live (receiver, lane, due);
CREATE INDEX live_by_expiry ON live (expires_at) WHERE expires_at IS NOT NULL;
-- Attempts that did not end their postback. Of one that did, the ending holds it.
CREATE TABLE attempt (
  postback INTEGER NOT NULL, number INTEGER NOT NULL, started_at INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (postback, number, started_at)
) STRICT, WITHOUT ROWID;
-- Every postback ends with a row. attempts: the highest number of an attempt.
CREATE TABLE ending (
  postback INTEGER PRIMARY KEY, receiver INTEGER NOT NULL, state INTEGER NOT NULL, reason TEXT, ended_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL, attempt TEXT, message TEXT
) STRICT;
-- What was not delivered (state 0 is delivered) is rare, and looked for.
CREATE INDEX ending_unheard ON ending (state, postback, receiver) WHERE state > 0;
-- Everything that a receiver had live by up_to is cancelled; the rows follow.
CREATE TABLE cancel_mark (
  receiver INTEGER NOT NULL, up_to INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (receiver, up_to)
) STRICT, WITHOUT ROWID;
-- Cancelled while in flight: ends as delivered or cancelled when it is settled.
CREATE TABLE cancel_request (postback INTEGER PRIMARY KEY, reason TEXT NOT NULL, at INTEGER NOT NULL) STRICT;

-- What retention does not take with its neighbours: dead and waiting postbacks, with their events.
CREATE TABLE kept_event (${eventColumns}) STRICT;
CREATE UNIQUE INDEX kept_event_by_id ON kept_event (id);
CREATE TABLE kept_postback (${postbackColumns}) STRICT;
CREATE VIEW any_event AS SELECT * FROM event UNION ALL SELECT * FROM kept_event;
CREATE VIEW any_postback AS SELECT * FROM postback UNION ALL SELECT * FROM kept_postback;

CREATE TABLE catalog_revision (revision INTEGER PRIMARY KEY, document TEXT NOT NULL, saved_at INTEGER NOT NULL, saved_by TEXT NOT NULL) STRICT;
CREATE TABLE pause (scope TEXT PRIMARY KEY, level TEXT NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL) STRICT;
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, app TEXT, hash TEXT NOT NULL, hint TEXT NOT NULL, created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE secret (name TEXT PRIMARY KEY, box TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE job (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, state TEXT NOT NULL
) STRICT;
CREATE INDEX job_unfinished ON job (created_at) WHERE status = 'running';
`;
