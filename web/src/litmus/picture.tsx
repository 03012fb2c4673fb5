// An SVG document that klpsim drew, shown as an image: nothing in it can act. Light or dark as the page is.

import { useEffect, useState } from "preact/hooks";
import "./picture.css";

interface Props {
  light: string;
  dark: string;
  title: string;
}

export function Picture({ light, dark, title }: Props) {
  const isDark = useIsDark();
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([isDark ? dark : light], { type: "image/svg+xml" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [light, dark, isDark]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="picture" aria-label={title} tabIndex={0}>
      {url !== "" && <img src={url} alt={title} />}
    </section>
  );
}

function useIsDark(): boolean {
  const [isDark, setIsDark] = useState(seenDark);
  useEffect(() => {
    const again = () => setIsDark(seenDark());
    const media = matchMedia("(prefers-color-scheme: dark)");
    const observer = new MutationObserver(again);
    media.addEventListener("change", again);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      media.removeEventListener("change", again);
      observer.disconnect();
    };
  }, []);
  return isDark;
}

function seenDark(): boolean {
  return getComputedStyle(document.documentElement).colorScheme === "dark";
}
