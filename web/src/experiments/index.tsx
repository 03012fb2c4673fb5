export function ExperimentsTab() {
  return <h2>Experiments</h2>;
}
