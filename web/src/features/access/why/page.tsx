// placeholder until its writer replaces it
export function WhyPage() {
  return null;
}
