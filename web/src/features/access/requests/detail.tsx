// placeholder until its writer replaces it
export function RequestPage() {
  return null;
}
