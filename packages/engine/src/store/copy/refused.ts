/** A copy that is not made, or not gone on with: the message names the store and the way out. */
export class CopyRefused extends Error {
  override readonly name = "CopyRefused";
}
