/** A copy that is not made, or not gone on with: the message names the store and the way out. */
export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
}

/** That somebody has written to the destination meanwhile. */
export function foreignRows(table: string): CopyRefused {
  return new CopyRefused(
    `the destination's table ${table} holds rows that this copy did not write: ` +
      "make the destination anew and copy again",
  );
}
