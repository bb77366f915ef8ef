package relational

import (
	"time"

	"millrace/components/component"
	"millrace/components/lowering"
	"millrace/models/diag"
)

// The diagnostics of relational models.
const (
	// CodeRoot is a model whose joins do not start from one fact.
	CodeRoot diag.Code = "relational.root"
	// CodeUnconnected is an entity no join leads to.
	CodeUnconnected diag.Code = "relational.unconnected"
	// CodeTwice is an entity two joins lead to.
	CodeTwice diag.Code = "relational.joined_twice"
	// CodeKey is a key that is missing, or that a join does not cover.
	CodeKey diag.Code = "relational.key"
	// CodeMatch is a way of joining that the entities do not allow.
	CodeMatch diag.Code = "relational.match"
	// CodeTypes is a pair of join columns of different types.
	CodeTypes diag.Code = "relational.types"
	// CodeTable is an entity without rows, or with two sources of them.
	CodeTable diag.Code = "relational.table"
	// CodeChanges is an entity whose changes its part in the model cannot take.
	CodeChanges diag.Code = "relational.changes"
	// CodeChose tells which operator the planner chose, and why.
	CodeChose diag.Code = "relational.chose"
)

// The roles of an entity.
const (
	fact      = "fact"
	dimension = "dimension"
)

// The ways of matching.
const (
	auto     = "auto"
	temporal = "temporal"
	interval = "interval"
	keyed    = "keyed"
)

// The cardinalities, from the rows of "from" to those of "to".
const (
	manyToOne  = "many_to_one"
	oneToOne   = "one_to_one"
	oneToMany  = "one_to_many"
	manyToMany = "many_to_many"
)

const (
	longestTTL  = 366 * 24 * time.Hour
	longestWait = 24 * time.Hour
)

func option(value, en, zh string) component.Option {
	return component.Option{Value: value, Label: component.Text{En: en, Zh: zh}}
}

// EntityFields declares the parameters of an entity.
func EntityFields() []component.Field {
	columns := lowering.ColumnsField("columns", "Columns kept", "保留的列").Optional().
		WithHelp("What the wide row has of this entity, under which names; computed columns see this entity's columns after the join, so "+
			"COALESCE(model, 'unknown') says what stands where no row was found. Left empty: of a fact all columns, of a dimension all but its key and its time.",
			"宽表中保留本实体的哪些列及其名称；计算列在连接之后求值，因此 COALESCE(model, 'unknown') 可指定未匹配时的取值。"+
				"留空时：事实保留全部列，维度保留除键与时间以外的列。")
	return []component.Field{
		component.NewField("table", component.FieldTable, "Table", "表").Optional().
			WithHelp("The table's full name; left empty, an edge leads the rows of a node here.", "表的全名；留空则由一条边引入某个节点的数据。"),
		component.NewField("role", component.FieldEnum, "Role", "角色").WithDefault(fact).
			WithHelp("A fact is something that happened; a dimension describes, and is looked up by its key as of the fact's time.",
				"事实是发生的事件；维度用于描述，按键查找事实发生时刻的版本。").
			WithOptions(option(fact, "Fact", "事实"), option(dimension, "Dimension", "维度")),
		component.NewField("key", component.FieldList, "Key", "键").Optional().
			ListOf(component.NewField("column", component.FieldColumn, "Column", "列")).
			WithHelp("The columns that identify a row; left empty, the table's own key.", "唯一标识一行的列；留空则使用表自身的主键。"),
		component.NewField("where", component.FieldExpr, "Condition", "条件").Optional().
			WithHelp("Only rows for which it is true take part.", "仅满足条件的行参与连接。"),
		columns,
		component.NewField("prefix", component.FieldString, "Prefix", "前缀").Optional().
			WithHelp("Put in front of the names of columns that are kept as they are.", "加在原样保留的列名之前。"),
	}
}

// JoinFields declares the parameters of a join; its ends, from and to, belong to the document.
func JoinFields() []component.Field {
	on := component.NewField("on", component.FieldList, "On", "连接键").Optional().
		ListOf(component.NewField("pair", component.FieldObject, "Pair", "列对").WithFields(
			component.NewField("from", component.FieldExpr, "From", "左侧").WithHelp("A column or an expression of the entity the join leads from.", "起始实体的列或表达式。"),
			component.NewField("to", component.FieldColumn, "To", "右侧").WithHelp("A column of the entity the join leads to.", "目标实体的列。"))).
		WithHelp("The pairs that are equal; left empty, the key of the entity the join leads to, under the same names.", "相等的列对；留空则按目标实体的键同名匹配。")
	return []component.Field{
		on,
		component.NewField("cardinality", component.FieldEnum, "Cardinality", "基数").WithDefault(manyToOne).
			WithHelp("How many rows of one side belong to one of the other. It is checked while running: a row that breaks it is rejected and counted, never multiplied.",
				"两侧行的对应关系。运行时会检查：违反基数的行会被拒绝并计数，绝不会静默放大。").
			WithOptions(option(manyToOne, "Many to one", "多对一"), option(oneToOne, "One to one", "一对一"),
				option(oneToMany, "One to many", "一对多"), option(manyToMany, "Many to many", "多对多")),
		component.NewField("join", component.FieldEnum, "Rows without a match", "未匹配的行").WithDefault("left").
			WithOptions(option("left", "Kept, with NULLs", "保留并以 NULL 填充"), option("inner", "Dropped", "丢弃"),
				option("semi", "Dropped; nothing is added to the others", "丢弃；其余行不增加列"), option("anti", "Only these are kept", "仅保留未匹配的行")),
		component.NewField("match", component.FieldEnum, "Match", "匹配方式").WithDefault(auto).AsAdvanced().
			WithOptions(option(auto, "As the entities say", "由实体决定"), option(temporal, "As of the event time", "按事件时间的版本"),
				option(interval, "Within a bound of time", "在时间范围内"), option(keyed, "By key, for as long as the TTL says", "按键匹配，以 TTL 为限")),
		component.NewField("before", component.FieldDuration, "At most before", "最多提前").Optional().AtLeast(0).
			WithHelp("Between two facts: how long before the row its match may lie.", "两个事实之间：匹配行最多早多久。"),
		component.NewField("after", component.FieldDuration, "At most after", "最多延后").Optional().AtLeast(0).
			WithHelp("Between two facts: how long after the row its match may lie.", "两个事实之间：匹配行最多晚多久。"),
		component.NewField("ttl", component.FieldDuration, "State TTL", "状态保留时间").Optional().Between(int64(time.Millisecond), int64(longestTTL)).
			WithHelp("For joins by key: rows whose times lie further apart do not meet, and are forgotten.", "用于按键连接：时间相差超过该值的行不再匹配，并从状态中清除。"),
		component.NewField("wait", component.FieldDuration, "Wait for late changes", "等待迟到的变更").WithDefault(time.Duration(0)).Between(0, int64(longestWait)).
			WithHelp("How long facts are held back so that changes of the dimension that come late still count.", "事实行被暂缓多久，以便迟到的维度变更仍能生效。"),
		component.NewField("correct", component.FieldDuration, "Correct afterwards", "事后更正").WithDefault(time.Duration(0)).Between(0, int64(longestTTL)).
			WithHelp("How long facts are remembered so that a change which comes later still corrects them. The output then holds updates.",
				"事实行被记住多久，以便更晚的变更仍能更正结果。此时输出包含更新。"),
	}
}
