// Names as a scenario takes them: a letter first, then letters, digits, _ and -, each once.

const LENGTH_MAX = 48; // a scenario takes 64: room for what makes it unique

export class NameBook {
  private readonly taken: Set<string>;
  private readonly numbers = new Map<string, number>();

  constructor(taken: Iterable<string> = []) {
    this.taken = new Set(taken);
  }

  /** The like of `wish` that is not taken. */
  name(wish: string): string {
    const bare = spelled(wish);
    let name = bare;
    for (let number = 2; this.taken.has(name); number++) name = `${bare}-${number}`;
    this.taken.add(name);
    return name;
  }

  /** `kind-1`, `kind-2`, ... */
  numbered(kind: string): string {
    const number = (this.numbers.get(kind) ?? 0) + 1;
    this.numbers.set(kind, number);
    return this.name(`${kind}-${number}`);
  }
}

function spelled(wish: string): string {
  const bare = wish
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LENGTH_MAX);
  return /^[A-Za-z_]/.test(bare) ? bare : `x-${bare}`.replace(/-$/, "");
}
