/** Worker threads died again and again; the message says of what. */
export class ThreadError extends Error {
  override name = "ThreadError";
}
