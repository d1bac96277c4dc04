/** The table that a store has as long as it is the destination of a copy that has not ended. */
export const UNFINISHED_COPY = "unfinished_copy";

/** That a store holds a part of another one, and what to do about it. */
export class CopyUnfinished extends Error {
  override readonly name = "CopyUnfinished";

  /** `source` is the store that was being copied, without its password. */
  constructor(source: string) {
    super(
      `it holds a part of ${source}, as a copy has not ended: run the same "syncbell copy" again, ` +
        "which goes on where it was, or delete this database to start anew",
    );
  }
}
