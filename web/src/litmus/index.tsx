export function LitmusTab() {
  return <h2>Litmus</h2>;
}
