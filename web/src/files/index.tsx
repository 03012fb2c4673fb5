export function FilesTab() {
  return <h2>Files</h2>;
}
