/**
 * web, the windows: the pages, server-rendered, readable and usable without JavaScript.
 *
 * Owns: everything a reader sees. Promises: a pure client of the hub's REST API; a value is shown as its file
 * writes it; nothing looks verified that is not. Never: reads a database, a repo or a disk.
 *
 * The pages are a SvelteKit app (`npm run build -w packages/web`); the hub mounts the built handler in its own
 * process by path and hands every request an in-process `assayFetch`.
 */
export const builtHandler: URL = new URL('../build/handler.js', import.meta.url);
