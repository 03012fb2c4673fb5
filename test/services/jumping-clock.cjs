// Preloaded into klpsim and its threads: the wall clock jumps by up to a day, either way, each time it is looked at.

const { now } = Date;
let looks = 0;
Date.now = () => now() + (((looks++ * 7919) % 86_400) - 43_200) * 1000;
