// placeholder until its writer replaces it
export function AuditPage() {
  return null;
}
