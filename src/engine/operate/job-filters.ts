import type { AppId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { BackfillFilter } from "#src/engine/operate/backfill.ts";
import type { PostbackFilter, SearchKey } from "#src/ports/delivery-log.ts";
import type { JobStore, StoredJob } from "#src/ports/job-store.ts";

/** Ends a job where it runs, and answers once nothing of it is under way or writes its row. */
type Halt = (id: string) => Promise<void>;

/** The filters that jobs keep: what is left of one once the person it looked for is erased. */
export class JobFilters {
  readonly #jobs: JobStore;
  readonly #hashes: Pick<Hashes, "sha256">;
  readonly #halt: Readonly<Record<StoredJob["kind"], Halt>>;

  constructor(given: {
    readonly jobs: JobStore;
    readonly hashes: Pick<Hashes, "sha256">;
    readonly halt: Readonly<Record<StoredJob["kind"], Halt>>;
  }) {
    this.#jobs = given.jobs;
    this.#hashes = given.hashes;
    this.#halt = given.halt;
  }

  /** Jobs that look for one of the ids in these apps end, and keep it only as its hash, as the audit shows it. */
  async forget(appIds: readonly AppId[], identifiers: readonly SearchKey[]): Promise<void> {
    for (const key of identifiers) {
      for (const found of await this.#jobs.lookingFor(key)) {
        if (!isAbout(filterOf(found), appIds)) continue;
        await this.#halt[found.kind](found.id);
        const ended = await this.#jobs.read(found.id);
        if (ended !== null) await this.#jobs.put(this.#withoutId(ended, key));
      }
    }
  }

  #withoutId(job: StoredJob, { kind, value }: SearchKey): StoredJob {
    const { filter, ...rest } = JSON.parse(job.state);
    const { key: _key, ...others } = filter;
    const shown = { ...others, [`${kind}_sha256`]: this.#hashes.sha256(value) };
    // Whose end could not be saved must not wake at the next start: without the id it would reach everybody.
    const status = job.status === "running" ? "stopped" : job.status;
    return { ...job, status, state: JSON.stringify({ ...rest, filter: shown }) };
  }
}

const filterOf = (job: StoredJob): Pick<PostbackFilter & BackfillFilter, "appId" | "within"> =>
  JSON.parse(job.state).filter;

/** A job of other apps is another's: the same id may be somebody else there. */
function isAbout({ appId, within }: ReturnType<typeof filterOf>, appIds: readonly AppId[]): boolean {
  if (appId !== undefined) return appIds.includes(appId);
  if (within === undefined || within.partners.length > 0) return true;
  return [...within.apps, ...(within.agency?.apps ?? [])].some((app) => appIds.includes(app));
}
