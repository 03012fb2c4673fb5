module.exports = () => {
  throw new Error("the engine is on fire");
};
