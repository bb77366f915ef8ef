/** url returns the absolute address of a path below the server's base path, which the page's <base> names. */
export function url(path: string): string {
  return new URL(path, document.baseURI).href;
}

/** basename is the base path as routers want it: "" or "/millrace". */
export function basename(): string {
  return new URL(document.baseURI).pathname.replace(/\/$/, "");
}

/** nonce is what the page's own style sheets carry, so that the policy lets them in. */
export function nonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content || undefined;
}
