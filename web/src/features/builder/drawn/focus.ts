/** focused gives a field that is written in right on the canvas the focus, with all of its text marked. The canvas must not scroll for it: it pans. */
export function focused(field: HTMLInputElement | HTMLTextAreaElement | null): void {
  field?.focus({ preventScroll: true });
  field?.select();
}
