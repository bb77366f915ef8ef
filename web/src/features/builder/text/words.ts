import { words } from "@/infra/words";

/** The texts of the text tabs. */
export const w = words(
  "builder/text",
  {
    label: "The model's text",
    typing: "Edit the text",
    converted: { sql: "The model in SQL, written from its YAML. It follows each edit; change the model on the canvas or in YAML.", yaml: "The model in YAML, written from its SQL. Change it in SQL." },
    failed: { sql: "This model cannot be written in SQL.", yaml: "This model cannot be written in YAML." },
    older: "as it was before the last error",
    copy: "Copy",
    copied: "Copied",
    unread: { canvas: "The text cannot be read, so this is the model before. {{message}}", text: "The text cannot be read. The canvas shows the model before.", show: "Show in text" },
  },
  {
    label: "模型文本",
    typing: "编辑文本",
    converted: { sql: "由 YAML 生成的 SQL，随编辑更新；请在画布或 YAML 中修改模型。", yaml: "由 SQL 生成的 YAML；请在 SQL 中修改模型。" },
    failed: { sql: "此模型无法写成 SQL。", yaml: "此模型无法写成 YAML。" },
    older: "最近一次错误之前的内容",
    copy: "复制",
    copied: "已复制",
    unread: { canvas: "文本无法解析，画布显示的是之前的模型。{{message}}", text: "文本无法解析，画布显示的是之前的模型。", show: "在文本中查看" },
  },
);
