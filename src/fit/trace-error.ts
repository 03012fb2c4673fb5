// A trace that cannot be read at all, in words for who recorded it.

export class TraceError extends Error {
  override readonly name = "TraceError";
}
