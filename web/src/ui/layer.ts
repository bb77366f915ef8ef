/**
 * layerRoot is where drawers and dialogs are drawn. In the body itself, the library would lock the page's scrolling by a style sheet without the
 * page's nonce; the page never scrolls as a whole, so there is nothing to lock.
 */
export function layerRoot(): HTMLElement {
  return document.getElementById("root") ?? document.body;
}
