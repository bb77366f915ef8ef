import { words } from "@/infra/words";

/** The words of nodes that are taken out of the rows' way. */
export const w = words(
  "builder/bypass",
  {
    on: "Bypass",
    off: "Stop bypassing",
    note: "Bypassed: its rows are those that come in, and its settings count for nothing.",
    did: { on_one: "Bypass {{count}} node", on_other: "Bypass {{count}} nodes", off_one: "Use {{count}} node again", off_other: "Use {{count}} nodes again" },
    cannot: "Only a node between others, with one input, can be bypassed",
  },
  {
    on: "绕过",
    off: "取消绕过",
    note: "已绕过：输出的就是输入的行，设置不起作用。",
    did: { on_other: "绕过 {{count}} 个节点", off_other: "恢复使用 {{count}} 个节点" },
    cannot: "只能绕过位于其他节点之间、且只有一个输入的节点",
  },
);
