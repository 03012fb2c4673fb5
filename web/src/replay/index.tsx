export function ReplayTab() {
  return <h2>Replay</h2>;
}
