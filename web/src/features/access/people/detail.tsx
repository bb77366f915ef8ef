// placeholder until its writer replaces it
export function PersonPage() {
  return null;
}
