// A scenario as a link: #s=<text, deflated, base64url>&hide=<policies not drawn>&tab=<tab>&replay=<policy>/<replica>. Links come from
// anywhere: whatever is in one is refused with a sentence, never trusted.

import { TABS, type Tab } from "../state.js";

export interface Shared {
  yaml: string;
  hidden: string[];
  tab: Tab | null;
  replayed: { policy: string; replica: number } | null;
}

/** Why a link's scenario is not taken. */
export class LinkRefused extends Error {}

/** A scenario's text as a file may be longer, a link's may not. */
export const TEXT_BYTES_MAX = 1_000_000;
const FRAGMENT_LENGTH_MAX = 1_500_000;
const NAMES_MAX = 1000;
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.+:/-]{0,127}$/;
const REPLICA_MAX = 1e9;

/** A fragment that is somebody's scenario, whatever it holds. */
export function isShared(fragment: string): boolean {
  return fragment.startsWith("#s=");
}

/** @throws LinkRefused: the scenario is too long for a link. */
export async function toFragment({ yaml, hidden, tab, replayed }: Shared): Promise<string> {
  const text = new TextEncoder().encode(yaml);
  if (text.length > TEXT_BYTES_MAX)
    throw new LinkRefused(
      `the scenario is ${text.length} bytes long, a link holds ${TEXT_BYTES_MAX}: save it as a file`,
    );
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const parts = [`s=${toBase64Url(new Uint8Array(await new Response(packed).arrayBuffer()))}`];
  if (hidden.length > 0) parts.push(`hide=${hidden.map(encodeURIComponent).join(",")}`);
  if (tab !== null && tab !== TABS[0]) parts.push(`tab=${tab}`);
  if (replayed !== null) parts.push(`replay=${encodeURIComponent(replayed.policy)}/${replayed.replica}`);
  return `#${parts.join("&")}`;
}

/** @throws LinkRefused */
export async function fromFragment(fragment: string): Promise<Shared> {
  if (fragment.length > FRAGMENT_LENGTH_MAX)
    throw new LinkRefused(`it is ${fragment.length} characters long, and at most ${FRAGMENT_LENGTH_MAX} are read`);
  const parts = new Map(
    fragment
      .slice(1)
      .split("&")
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const yaml = await inflated(fromBase64Url(parts.get("s") ?? ""));
  const tab = TABS.find((name) => name === parts.get("tab")) ?? null;
  return { yaml, hidden: namesIn(parts.get("hide")), tab, replayed: replicaIn(parts.get("replay")) };
}

function namesIn(text = ""): string[] {
  const names = text.split(",", NAMES_MAX).map(decoded);
  return names.filter((name): name is string => name !== null && NAME.test(name));
}

function replicaIn(text = ""): Shared["replayed"] {
  const slash = text.lastIndexOf("/");
  const policy = decoded(text.slice(0, Math.max(0, slash)));
  const number = text.slice(slash + 1);
  if (policy === null || !NAME.test(policy) || !/^[0-9]{1,10}$/.test(number) || Number(number) >= REPLICA_MAX)
    return null;
  return { policy, replica: Number(number) };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const CHUNK = 0x8000;

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (text === "" || !/^[A-Za-z0-9_-]+$/.test(text)) throw new LinkRefused("it was cut short or changed on its way");
  try {
    const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new LinkRefused("it was cut short or changed on its way");
  }
}

/** Stops as soon as there is more than a link may hold: what is small packed may be without end unpacked. */
async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let length = 0;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      length += value!.length;
      if (length > TEXT_BYTES_MAX) {
        await reader.cancel().catch(() => {});
        throw new LinkRefused(`it unpacks to more than ${TEXT_BYTES_MAX} bytes`);
      }
      text += decoder.decode(value, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    if (error instanceof LinkRefused) throw error;
    throw new LinkRefused("it was cut short or changed on its way");
  }
}
