import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromFragment, type Shared, TEXT_BYTES_MAX, toFragment } from "../../../web/src/scenario/share.js";

const packed = (text: string | Uint8Array) => deflateRawSync(text, { level: 9 }).toString("base64url");
const bare = (yaml: string): Shared => ({ yaml, hidden: [], tab: null, replayed: null });

describe("A scenario's link", () => {
  it.each([
    ["a short text", bare("host: { cpus: 4 }\n")],
    ["nothing", bare("")],
    ["letters of all alphabets", bare("# ünï 漢字 🜁 \u0000\n")],
    [
      "all that a link can say",
      { yaml: "a", hidden: ["linux-6.1+", "v1:b/c"], tab: "replay" as const, replayed: { policy: "a/b", replica: 17 } },
    ],
    ["as much as a link may hold", bare("x".repeat(TEXT_BYTES_MAX))],
  ])("brings back %s", async (_, shared) => {
    expect(await fromFragment(await toFragment(shared))).toEqual(shared);
  });

  it("holds no letter that a chat or a mail would change", async () => {
    const fragment = await toFragment({ ...bare(String.fromCharCode(...Array(256).keys())), hidden: ["a+"] });
    expect(fragment).toMatch(/^#[A-Za-z0-9_.=&%/-]+$/);
  });

  it.each([
    ["no base64", "#s=%%%<script>", "cut short or changed"],
    ["nothing", "#s=", "cut short or changed"],
    ["base64 of no possible length", "#s=A", "cut short or changed"],
    ["no deflated bytes", "#s=AAAA-_-_AAAA", "cut short or changed"],
    ["a link cut short", `#s=${packed("host: { cpus: 4 }".repeat(99)).slice(0, 20)}`, "cut short or changed"],
    ["bytes that are no text", `#s=${packed(Uint8Array.of(0xff, 0xfe, 0x00))}`, "cut short or changed"],
    ["one byte too many", `#s=${packed("x".repeat(TEXT_BYTES_MAX + 1))}`, "unpacks to more than 1000000 bytes"],
    ["more than is read", `#s=${"A".repeat(1_500_001)}`, "at most 1500000 are read"],
  ])("is refused where it holds %s", async (_, fragment, reason) => {
    await expect(fromFragment(fragment)).rejects.toThrow(reason);
  });

  it("is not unpacked further than a scenario may be long, however much there is", async () => {
    const bomb = `#s=${packed(new Uint8Array(256 << 20))}`;
    const before = process.memoryUsage().rss;
    await expect(fromFragment(bomb)).rejects.toThrow("unpacks to more than");
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });

  it("is not made of a scenario that is too long for one", async () => {
    await expect(toFragment(bare("x".repeat(TEXT_BYTES_MAX + 1)))).rejects.toThrow("save it as a file");
  });

  it.each([
    ["hide=%ZZ,a%20b,<b>,linux-6.1", { hidden: ["linux-6.1"] }],
    ["tab=nowhere&replay=x", {}],
    ["tab=__proto__&replay=x/-1", {}],
    ["tab=files&replay=x/99999999999", { tab: "files" }],
    ["replay=%/1&&=&s", {}],
  ])("leaves out what it says besides in words it does not know: %s", async (more, read) => {
    expect(await fromFragment(`#s=${packed("a")}&${more}`)).toEqual({ ...bare("a"), ...read });
  });
});
