// placeholder until its writer replaces it
export function TeamsPage() {
  return null;
}
