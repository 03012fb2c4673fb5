export default function run() {
  throw new Error("the engine is on fire");
}
