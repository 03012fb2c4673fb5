export function RunTab() {
  return <h2>Run</h2>;
}
