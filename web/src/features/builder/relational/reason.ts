import type { JoinRefusal } from "@/core/model/joins";
import type { Refusal } from "@/core/model/rules";
import type { Say } from "@/infra/words";
import type { w } from "./words";

/** reasonOf says in words why two entities cannot be joined so; undefined for the reasons of a flow. */
export function reasonOf(t: Say<(typeof w)["en"]>, r: Refusal | JoinRefusal): string | undefined {
  switch (r.code) {
    case "joinSelf":
      return t("refusal.self");
    case "joinTwice":
      return t("refusal.twice");
    case "joinCycle":
      return t("refusal.cycle");
    case "joinParent":
      return t("refusal.parent", { entity: r.entity, parent: r.parent });
    case "joinTypes":
      return t("refusal.types", { from: r.from, fromType: r.fromType, to: r.to, toType: r.toType });
    case "joinKey":
      return t("refusal.key", { entity: r.entity, key: r.key });
    case "joinFact":
      return t("refusal.fact", { entity: r.entity });
    case "joinOutput":
      return t("refusal.output", { entity: r.entity, output: r.output });
    case "joinRows":
      return t("refusal.rows", { entity: r.entity, table: r.table });
    case "joinInto":
      return t("refusal.into", { output: r.output });
    default:
      return undefined;
  }
}
