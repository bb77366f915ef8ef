// placeholder until its writer replaces it
export function QueryPage() {
  return null;
}
