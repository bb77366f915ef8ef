import { words } from "@/infra/words";

export const w = words(
  "home",
  {
    title: "Home",
    broken: { title: "Needs somebody", none: "Every pipeline you see is well.", more: "All pipelines" },
    waiting: { title: "Waits for you", none: "Nobody waits for an answer of yours.", asks: "{{who}} asks to {{action}}", all: "All requests" },
    mine: { title: "Changed last", none: "No model yet.", all: "All models", draft: "Draft", edited: "Draft since v{{version}}", published: "v{{version}}" },
    asked: { title: "You asked for", open: "open", approved: "approved", refused: "refused", withdrawn: "withdrawn" },
    action: { discover: "find", read: "read", write: "write", manage: "manage" },
    start: {
      title: "Begin here",
      data: { title: "Bring in data", text: "Upload a CSV, JSON or Parquet file, or connect Kafka or ClickHouse.", upload: "Upload a file", connect: "New connection" },
      model: { title: "Draw a model", text: "Take a table, filter, compute, aggregate, and look at the rows of every step.", action: "New model" },
      land: { title: "Land it", text: "Millrace proposes the ClickHouse table, shows how rows land, and starts the pipeline." },
      ask: { title: "Ask", text: "Query what has landed, and draw it.", action: "Query" },
    },
  },
  {
    title: "首页",
    broken: { title: "需要处理", none: "能看到的管道都正常。", more: "全部管道" },
    waiting: { title: "等你处理", none: "没有等你答复的申请。", asks: "{{who}} 申请{{action}}", all: "全部申请" },
    mine: { title: "最近修改", none: "还没有模型。", all: "全部模型", draft: "草稿", edited: "v{{version}} 之后的草稿", published: "v{{version}}" },
    asked: { title: "你的申请", open: "待处理", approved: "已批准", refused: "已拒绝", withdrawn: "已撤回" },
    action: { discover: "查看", read: "读取", write: "写入", manage: "管理" },
    start: {
      title: "从这里开始",
      data: { title: "接入数据", text: "上传 CSV、JSON 或 Parquet 文件，或者连接 Kafka、ClickHouse。", upload: "上传文件", connect: "新建连接" },
      model: { title: "画一个模型", text: "选一张表，过滤、计算、聚合，每一步都能看到数据。", action: "新建模型" },
      land: { title: "落库", text: "Millrace 会推荐 ClickHouse 表结构，展示数据怎样落库，然后启动管道。" },
      ask: { title: "查询", text: "查询已落库的数据并画图。", action: "查询" },
    },
  },
);
