// What plots mark: kpatch sends signals after 15 s and gives up 60 s later (KF 1.9).

export const DEADLINES = [
  { seconds: 15, label: "kpatch signals", short: "signals" },
  { seconds: 75, label: "kpatch gives up", short: "gives up" },
];
