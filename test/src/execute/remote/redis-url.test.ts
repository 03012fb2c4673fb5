import { describe, expect, it } from "vitest";
import { parseRedisUrl, shownAddress, withoutSecrets } from "../../../../src/execute/remote/redis-url.js";

describe("The address of a server", () => {
  it.each([
    ["redis://host", { host: "host", port: 6379, db: 0, tls: false }],
    ["redis://10.0.0.5:7000/3", { host: "10.0.0.5", port: 7000, db: 3, tls: false }],
    ["rediss://queue.example/", { host: "queue.example", port: 6379, db: 0, tls: true }],
    ["redis://[::1]:7000", { host: "::1", port: 7000, db: 0, tls: false }],
    ["redis://:p%40ss@host", { password: "p@ss", username: undefined }],
    ["redis://me:secret@host", { username: "me", password: "secret" }],
  ])("%s", (text, parts) => {
    expect(parseRedisUrl(text, {})).toMatchObject(parts);
  });

  it("takes name and password from the environment where the URL has none", () => {
    const env = { KLPSIM_REDIS_USERNAME: "me", KLPSIM_REDIS_PASSWORD: "secret" };
    expect(parseRedisUrl("redis://host", env)).toMatchObject({ username: "me", password: "secret" });
    expect(parseRedisUrl("redis://you:other@host", env)).toMatchObject({ username: "you", password: "other" });
  });

  it.each([
    "",
    "host:6379",
    "http://:secret@host",
    "redis://",
    "redis://:secret@host/a",
    "redis://:secret@host?db=1",
    "redis://:secret@host#1",
    "redis://:secret%@host",
    "redis://:secret",
    "redis://:secret@host:99999",
  ])("is not %s, which the message does not repeat", (text) => {
    expect(() => parseRedisUrl(text, {})).toThrow(/^expected redis:\/\/\[user:password@\]host/);
    expect(() => parseRedisUrl(text, {})).not.toThrow(/secret/);
  });
});

it("Never: name or password are in what is shown", () => {
  const address = parseRedisUrl("rediss://me:secret@[::1]:7000/2", {});
  expect(shownAddress(address)).toBe("rediss://[::1]:7000/2");
  expect(withoutSecrets("WRONGPASS me with secret", address)).toBe("WRONGPASS *** with ***");
});
