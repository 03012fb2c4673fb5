// A test's shared locations: where they come from, what they hold at first, and what they are used for.

import { fail, type Place } from "./errors.js";
import { ADDRESS_BASE, type Expression, LOCATIONS_MAX } from "./program.js";

export type Use = "a lock" | "data";

export class Locations {
  readonly list: { name: string; initial: number }[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly uses = new Map<number, Use>();

  /** The number of a location, which is 0 at first unless somebody says more. */
  add(name: string, place: Place): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    if (this.list.length === LOCATIONS_MAX) fail(place, `${name}: more than ${LOCATIONS_MAX} locations`);
    const number = this.list.push({ name, initial: 0 }) - 1;
    this.numbers.set(name, number);
    return number;
  }

  find(name: string): number | undefined {
    return this.numbers.get(name);
  }

  /** One that no test can name: its name begins with a dot. */
  hidden(name: string, place: Place): number {
    return this.add(`.${name}`, place);
  }

  names(): string[] {
    return this.list.map(({ name }) => name).filter((name) => !name.startsWith("."));
  }

  /** Locks and data are different things; seen only where the address is written out. */
  use(address: Expression, use: Use, place: Place): void {
    if (address.kind !== "constant") return;
    const number = address.value - ADDRESS_BASE;
    const { name } = this.list[number] ?? fail(place, `expected a location, got the number ${address.value}`);
    if ((this.uses.get(number) ?? use) !== use) fail(place, `${name} is both a lock and data`);
    this.uses.set(number, use);
  }
}

export function addressOf(location: number): Expression {
  return { kind: "constant", value: ADDRESS_BASE + location };
}
