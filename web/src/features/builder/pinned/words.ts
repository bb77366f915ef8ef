import { words } from "@/infra/words";

/** The words of rows that are pinned to a node. */
export const w = words(
  "builder/pinned",
  {
    pin: "Pin these rows",
    unpin: "Unpin",
    pinned_one: "{{count}} row pinned",
    pinned_other: "{{count}} rows pinned",
    note: "Previews of what is behind this node are computed from these rows, in this browser alone. What is deployed reads the source.",
    from: "from the rows pinned to {{nodes}}",
    tooLarge: "These rows are too many or too large to be kept in this browser",
  },
  {
    pin: "固定这些行",
    unpin: "取消固定",
    pinned_other: "已固定 {{count}} 行",
    note: "此节点之后的预览都基于这些行计算，仅在本浏览器中有效。部署后仍读取数据源。",
    from: "基于固定在 {{nodes}} 的行",
    tooLarge: "行数过多或过大，无法保存在本浏览器中",
  },
);
