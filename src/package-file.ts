/** A file of the package, by its path from package.json. This file lies as deep in src/ as in dist/, bundled (dist/cli.js) or not. */
export function packageFile(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}
