export default function run() {
  process.exit(7);
}
