// placeholder until its writer replaces it
export function PeoplePage() {
  return null;
}
