package normalize

import (
	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/plan"
)

// Spec declares the component.
func Spec() component.Spec {
	return component.Spec{
		Name: "normalize", Version: 1, Kind: component.KindTransform,
		Title:   component.Text{En: "Normalize", Zh: "规范化"},
		Summary: component.Text{En: "Completes the changes of an upsert stream.", Zh: "补全 upsert 流的变更。"},
		Help: component.Text{
			En: "An upsert stream says what the row of a key is now; what it was before, and what a delete deletes, has to be remembered to undo it in a " +
				"sum or a join. This node remembers the last row of each key: its output takes the old row back before it gives the new one, deletes " +
				"carry the whole row, and changes that change nothing are dropped.\n\n" +
				"Joins by key, aggregates and ranks normalize their inputs by themselves. The node is of use in front of what takes no upserts: a " +
				"filter on other columns than the key, a union, an unnest.",
			Zh: "upsert 流只说明某个键现在的行是什么；要在求和或连接中撤销旧值，就必须记住之前的行以及删除的是哪一行。本节点记住每个键的最后一行：" +
				"输出新行之前先撤回旧行，删除带有完整的行，没有实际变化的变更被丢弃。\n\n" +
				"按键连接、聚合和排名会自动规范化其输入。本节点用于不接受 upsert 的节点之前：对非键列的过滤、合并、展开。",
		},
		Icon: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" ` +
			`stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round"><path d="M2.5 5.5h9M8.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-9M7.2 7.8l-2.7 2.7 2.7 2.7"/></svg>`,
		MinInputs: 1, MaxInputs: 1,
		Examples:  []component.Example{{Title: component.Text{En: "Users of one country, as they come and go", Zh: "某个国家的用户及其变化"}, YAML: example}},
		Transform: &component.TransformDef{Lower: lower},
	}
}

func lower(pc *component.Planning, p component.Params, inputs []*plan.Node) (*plan.Node, bool) {
	return lowering.Make(pc, p, "normalize", &plan.Normalize{}, inputs[0])
}

const example = `format: 1
kind: view
name: cdm.music.german_users
time_zone: UTC
nodes:
  - id: users
    component: values
    params:
      schema: {columns: [{name: id, type: int64, nullable: false}, {name: country, type: string}], key: [id]}
      changelog: upsert
      rows: |
        {"id": 1, "country": "de"}
        {"id": 2, "country": "fr"}
        {"id": 1, "country": "fr"}
  - {id: changes, component: normalize}
  - {id: german, component: filter, params: {where: "country = 'de'"}}
  - {id: out, component: console}
edges: [users -> changes, changes -> german, german -> out]
`
