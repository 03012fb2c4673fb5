export { version } from "#host";
