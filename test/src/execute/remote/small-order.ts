// The small job as it travels.

import { writeOrder } from "../../../../src/execute/remote/messages.js";
import { orderOf } from "../../../../src/execute/remote/order.js";
import { smallJob } from "../small-job.js";

const found = await orderOf(smallJob(), "release");
if (found === undefined) throw new Error("the small job cannot be sent");

export const ORDER = found;
export const { address: ADDRESS, text: TEXT } = writeOrder(ORDER);
