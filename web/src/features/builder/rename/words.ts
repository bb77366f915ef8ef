import { words } from "@/infra/words";

/** The words of a column that is called otherwise, and of what is behind it. */
export const w = words(
  "builder/rename",
  {
    offer_one: "{{from}} is called {{to}} now. {{count}} place behind this node says {{from}} still.",
    offer_other: "{{from}} is called {{to}} now. {{count}} places behind this node say {{from}} still.",
    left: "To be changed by hand: {{nodes}}.",
    do: "Rename there too",
    leave: "Leave",
    did: "Rename {{from}} to {{to}} behind {{node}}",
  },
  {
    offer_other: "{{from}} 现在叫 {{to}}，此节点之后还有 {{count}} 处使用 {{from}}。",
    left: "需要手动修改：{{nodes}}。",
    do: "一并改名",
    leave: "保持不变",
    did: "将 {{node}} 之后的 {{from}} 改名为 {{to}}",
  },
);
