import { words } from "@/infra/words";

/** The words of the way to the operator that holds the rows up. */
export const w = words(
  "builder/bottleneck",
  { jump: "Show the bottleneck", none: "Nothing holds the rows up now", unknown: "Turn on Live to see what holds the rows up" },
  { jump: "定位瓶颈", none: "目前没有瓶颈", unknown: "打开“实时”后可查看瓶颈" },
);
