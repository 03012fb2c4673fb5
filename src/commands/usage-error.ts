/** What the caller has to mend: exit status 2, its message on stderr, nothing on stdout. */
export class UsageError extends Error {
  override name = "UsageError";
}
