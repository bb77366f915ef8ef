// placeholder until its writer replaces it
export function TeamPage() {
  return null;
}
