/** The actions that the audit log has words for. One that comes later is shown by its code. */
export const deeds = [
  "session.start", "session.end", "session.refuse",
  "user.create", "user.change", "user.password", "user.remove", "user.sign_in",
  "token.create", "token.revoke",
  "team.create", "team.change", "team.member", "team.leave", "team.remove",
  "grant.allow", "grant.deny", "grant.revoke",
  "access.request", "access.comment", "access.approve", "access.refuse", "access.withdraw",
  "connection.create", "connection.update", "connection.delete", "connection.reseal",
  "table.create", "table.update", "table.change", "table.delete", "table.drift", "table.accept_drift",
  "document.create", "document.save", "document.rename", "document.publish", "document.delete",
  "pipeline.deploy", "pipeline.start", "pipeline.stop", "pipeline.restart", "pipeline.reset", "pipeline.rollback", "pipeline.scale", "pipeline.settings", "pipeline.delete",
  "rejects.replay",
] as const;

export type Deed = (typeof deeds)[number];

export function isDeed(action: string): action is Deed {
  return deeds.some((d) => d === action);
}
