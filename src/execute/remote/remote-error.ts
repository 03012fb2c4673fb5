/** The work elsewhere cannot go on, told in a sentence; what is kept is kept. */
export class RemoteError extends Error {
  override name = "RemoteError";
}
