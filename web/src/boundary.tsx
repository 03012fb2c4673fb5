// Keeps a part that fails from taking the page with it, and says what failed.

import { Component, type ComponentChildren } from "preact";

interface Props {
  /** "The scenario". */
  of: string;
  children: ComponentChildren;
}

export class Boundary extends Component<Props, { error: Error | null }> {
  override state = { error: null };

  static override getDerivedStateFromError(thrown: unknown) {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  override componentDidCatch(thrown: unknown): void {
    console.error(thrown);
  }

  override render() {
    const error: Error | null = this.state.error;
    if (error === null) return this.props.children;
    return (
      <Failed what={`${this.props.of} cannot be shown`} error={error} retry={() => this.setState({ error: null })} />
    );
  }
}

export function Failed({ what, error, retry }: { what: string; error: Error; retry: () => void }) {
  return (
    <div class="notice wrong" role="alert">
      <p>
        {what}: {error.message}
      </p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
