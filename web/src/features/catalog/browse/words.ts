import { words } from "@/infra/words";

export const w = words(
  "catalog/browse",
  {
    browse: {
      placeholder: "Search names, columns, descriptions, tags, owners",
      what: "What to find",
      all: "All",
      tables: "Tables",
      facets: "Filters",
      results: "Results",
      nothing: "Nothing matches “{{text}}” here.",
      nothingHere: "Nothing is left by these filters.",
      widen: "Search everywhere",
      empty: "Tables, models and connections go here.",
      shown_one: "1 result",
      shown_other: "{{count}} results",
      incomplete: "The index is being made: there may be more.",
    },
    tree: { label: "Names", all: "All", more: "The tree shows the first {{count}} tables. Search finds the others." },
  },
  {
    browse: {
      placeholder: "搜索名称、列、说明、标签、负责人",
      what: "查找范围",
      all: "全部",
      tables: "表",
      facets: "筛选",
      results: "结果",
      nothing: "这里没有与“{{text}}”匹配的内容。",
      nothingHere: "没有符合筛选条件的内容。",
      widen: "在全部范围内搜索",
      empty: "表、模型和连接会出现在这里。",
      shown_other: "{{count}} 条结果",
      incomplete: "索引还在建立，可能还有更多。",
    },
    tree: { label: "名称", all: "全部", more: "目录树只显示前 {{count}} 张表，其余可以搜索。" },
  },
);
