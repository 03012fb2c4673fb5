// SHA-256 (FIPS 180-4), so that a hash needs neither Node nor a promise.

import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The digest of a text as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return sha256Of(utf8ToBytes(text));
}

/** Of bytes. */
export function sha256Of(bytes: Uint8Array): string {
  return bytesToHex(digest(bytes));
}

/** Of a text, as Content-Security-Policy has it. */
export function sha256Base64(text: string): string {
  return btoa(String.fromCharCode(...digest(utf8ToBytes(text))));
}
