/** What went wrong without being the caller's mistake, told in one sentence: exit status 1, its message on stderr. */
export class Failure extends Error {
  override name = "Failure";
}
