export function ScenarioPane() {
  return <h2>Scenario</h2>;
}
