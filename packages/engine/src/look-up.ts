import { type LookupAddress, lookup, promises } from "node:dns";

/** How long a name server has for each of two tries, in milliseconds: within the time to connect. */
const TRY_MS = 2_000;
const TRIES = 2;
/** How many look-ups by the operating system may be under way: half of the threads that there are. */
const MOST_BY_SYSTEM = 2;

/** What is said where a name server does not know a name, or there is no name server. */
const NOT_KNOWN: ReadonlySet<string> = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/** A failure to find an address; `code` is Node's word for it. */
export interface LookUpFailure extends Error {
  readonly code: string;
}

/**
 * Looks names up so that a silent name server holds up nobody else. The operating system's own look-up
 * takes one of four threads for as long as it likes: it is asked only for names that no name server
 * knows (those of a hosts file, of a local network), a few at a time. Names are asked for once while
 * somebody waits for the answer already.
 */
export class LookUps {
  readonly #resolver = new promises.Resolver({ timeout: TRY_MS, tries: TRIES });
  readonly #underWay = new Map<string, Promise<readonly LookupAddress[]>>();
  readonly #waiting: (() => void)[] = [];
  #bySystem = 0;

  /** Asks these name servers, as `address:port`, in place of the machine's own. */
  constructor(servers?: readonly string[]) {
    if (servers) this.#resolver.setServers(servers);
  }

  /** Every address of a name. Rejects with a {@link LookUpFailure}. */
  addresses(hostname: string): Promise<readonly LookupAddress[]> {
    const known = this.#underWay.get(hostname);
    if (known) return known;
    const asked = this.#find(hostname).finally(() => this.#underWay.delete(hostname));
    this.#underWay.set(hostname, asked);
    return asked;
  }

  /** Gives up what is under way. */
  close(): void {
    this.#resolver.cancel();
  }

  async #find(hostname: string): Promise<readonly LookupAddress[]> {
    // A name without a dot is known to the machine or its network, if at all.
    if (!hostname.replace(/\.$/, "").includes(".")) return this.#bySystemOf(hostname);
    const [four, six] = await Promise.allSettled([
      this.#resolver.resolve4(hostname),
      this.#resolver.resolve6(hostname),
    ]);
    const found = [
      ...(four.status === "fulfilled" ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === "fulfilled" ? six.value.map((address) => ({ address, family: 6 })) : []),
    ];
    if (found.length > 0) return found;
    const codes = [four, six].map((one) => (one.status === "rejected" ? codeOf(one.reason) : ""));
    // Whatever keeps a name server from answering would keep the operating system waiting too.
    if (codes.every((code) => NOT_KNOWN.has(code))) return this.#bySystemOf(hostname);
    throw failure("EAI_AGAIN", "the name server did not answer");
  }

  async #bySystemOf(hostname: string): Promise<readonly LookupAddress[]> {
    while (this.#bySystem >= MOST_BY_SYSTEM) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    }
    this.#bySystem++;
    try {
      return await new Promise((resolve, reject) => {
        lookup(hostname, { all: true }, (error, found) => {
          if (error) reject(error);
          else resolve(found);
        });
      });
    } finally {
      this.#bySystem--;
      this.#waiting.shift()?.();
    }
  }
}

function codeOf(reason: unknown): string {
  return reason instanceof Error && "code" in reason ? String(reason.code) : "";
}

function failure(code: string, message: string): LookUpFailure {
  return Object.assign(new Error(message), { code });
}
