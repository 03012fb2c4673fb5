// An SVG document that klpsim drew, shown as an image: nothing in it can act. Light or dark as the page is.

import { useEffect, useState } from "preact/hooks";
import { isDark } from "../theme.js";
import "./picture.css";

interface Props {
  light: string;
  dark: string;
  title: string;
}

export function Picture({ light, dark, title }: Props) {
  const svg = isDark.value ? dark : light;
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [svg]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="picture" aria-label={title} tabIndex={0}>
      {url !== "" && <img src={url} alt={title} />}
    </section>
  );
}
