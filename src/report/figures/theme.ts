// Colours of pictures: a set for paper, one for dark screens, and one that leaves the choice to the page (CSS variables). Every series
// colour has a contrast of 3:1 and more against its surface, every ink 4.5:1.

export interface Theme {
  surface: string;
  ink: string;
  faint: string;
  grid: string;
  warn: string;
  /** Marks behind everything: deadlines. */
  deadline: string;
  /** By place, round and round. */
  series: readonly string[];
  /** From little to much: a cell, and what is written on it. */
  heat: readonly { fill: string; ink: string }[];
}

export const LIGHT: Theme = {
  surface: "#ffffff",
  ink: "#1f2328",
  faint: "#57606a",
  grid: "#e3e6ea",
  warn: "#a40e26",
  deadline: "#7a5b00",
  series: ["#1d4ed8", "#b3400a", "#116329", "#8250df", "#0e7490", "#bf3989", "#7a5b00", "#57606a"],
  heat: [
    { fill: "#eef3fe", ink: "#1f2328" },
    { fill: "#d6e3fc", ink: "#1f2328" },
    { fill: "#b4cdf9", ink: "#1f2328" },
    { fill: "#8ab0f4", ink: "#1f2328" },
    { fill: "#3f6fdc", ink: "#ffffff" },
    { fill: "#2450b8", ink: "#ffffff" },
    { fill: "#173682", ink: "#ffffff" },
  ],
};

export const DARK: Theme = {
  surface: "#14181d",
  ink: "#e6edf3",
  faint: "#9da7b1",
  grid: "#2d343c",
  warn: "#ff8f87",
  deadline: "#e3b341",
  series: ["#79a8ff", "#ff9d5c", "#56d364", "#c297ff", "#4fd1e0", "#ff8bc4", "#e3b341", "#a8b1bb"],
  heat: [
    { fill: "#17233b", ink: "#e6edf3" },
    { fill: "#1c3058", ink: "#e6edf3" },
    { fill: "#234079", ink: "#e6edf3" },
    { fill: "#2c529c", ink: "#ffffff" },
    { fill: "#79a8ff", ink: "#0b0f14" },
    { fill: "#a5c5ff", ink: "#0b0f14" },
    { fill: "#d3e2ff", ink: "#0b0f14" },
  ],
};

/** Whatever the page says: variables(LIGHT) or variables(DARK). */
export const PAGE: Theme = {
  surface: "var(--surface)",
  ink: "var(--ink)",
  faint: "var(--faint)",
  grid: "var(--grid)",
  warn: "var(--warn)",
  deadline: "var(--deadline)",
  series: LIGHT.series.map((_, i) => `var(--series-${i})`),
  heat: LIGHT.heat.map((_, i) => ({ fill: `var(--heat-${i})`, ink: `var(--heat-ink-${i})` })),
};

/** CSS declarations of the variables that PAGE names. */
export function variables({ series, heat, ...plain }: Theme): string {
  return [
    ...Object.entries(plain).map(([name, colour]) => `--${name}:${colour}`),
    ...series.map((colour, i) => `--series-${i}:${colour}`),
    ...heat.flatMap(({ fill, ink }, i) => [`--heat-${i}:${fill}`, `--heat-ink-${i}:${ink}`]),
  ].join(";");
}

export function seriesColour(number: number, { series }: Theme): string {
  return series[number % series.length]!;
}
