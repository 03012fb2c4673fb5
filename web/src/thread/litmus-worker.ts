// Explores one litmus test after the other.

import { BUILTIN_TESTS } from "../../../src/litmus/builtin/index.js";
import { builtinCases, type Case, ownCases } from "../../../src/litmus/cases.js";
import { type Checked, check } from "../../../src/litmus/check.js";
import { fixes } from "../../../src/litmus/fixes.js";
import { compileLitmus } from "../../../src/litmus/module.js";
import { litmusSvg } from "../../../src/report/litmus-plot.js";
import type { LitmusAnswer, LitmusOrder } from "../protocol.js";
import { failureOf } from "./failure.js";
import type { Explored } from "./litmus.js";

addEventListener("message", async ({ data }: MessageEvent<LitmusOrder>) => {
  const explored: Explored = await answerOf(data).then(
    (answer) => ({ answer }),
    (error) => ({ failed: failureOf(error, new AbortController().signal) }),
  );
  postMessage(explored);
});

async function answerOf(order: LitmusOrder): Promise<LitmusAnswer> {
  const { asked, text } = caseOf(order);
  const { name, litmus, model, expected } = asked;
  const module = await compileLitmus();
  const checked = check(module, litmus, model);
  return {
    name,
    text,
    checked,
    expected,
    fixes: checked.verdict === "Unsupported" ? [] : fixes(module, litmus, model),
    picture: pictureOf(asked, checked),
  };
}

function caseOf({ test, text, variant, model }: LitmusOrder): { asked: Case; text: string } {
  const variants = variant === null ? [] : [variant];
  if (test === null) return { asked: ownCases(text, "litmus test", variants, [model])[0]!, text };
  const builtin = BUILTIN_TESTS.find(({ name }) => name === test);
  if (builtin === undefined) throw new Error(`${test}: no such test`);
  const [asked] = builtinCases([builtin], variants, [model]);
  if (asked === undefined) {
    const under = variant === null ? "" : `${variant}, `;
    throw new Error(
      `${test} says nothing of ${under}${model}: expected one of ${Object.keys(builtin.variants).join(", ")}`,
    );
  }
  return { asked, text: builtin.text };
}

function pictureOf({ litmus, variant, model }: Case, { verdict, witness }: Checked): LitmusAnswer["picture"] {
  if (witness.length === 0) return null;
  const title = `${litmus.name}${variant === null ? "" : `, ${variant}`}, ${model}: ${verdict}`;
  const picture = { title, cpus: litmus.programs[0]!.cpus.map(({ name }) => name), steps: witness };
  return { light: litmusSvg(picture, "light"), dark: litmusSvg(picture, "dark") };
}
