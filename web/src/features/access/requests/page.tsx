// placeholder until its writer replaces it
export function RequestsPage() {
  return null;
}
